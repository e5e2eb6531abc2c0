"""The names that pseudonyms are made of, by script: a name in Arabic letters gets one in Arabic.

They are nobody's: they look and sort like names, but are invented. So a real name that is found in
a generated file is there because it leaked, not by chance. Fixed here, because a library's lists
change. Every script has some of at most SHORTEST_LENGTH characters, for narrow columns.
"""
# ruff: noqa: SIM905 - lists of words read best as text

from collections.abc import Mapping

LATIN = "latin"
SHORTEST_LENGTH = 8

FIRST_BY_SCRIPT: Mapping[str, tuple[str, ...]] = {
    LATIN: tuple(
        """
        Avedon Avolis Belanwen Belolette Cadolon Caduron Doredon Dorimelle Elanric Elevian
        Fenania Fenemina Fenemon Fenemwen Fenidian Fenimon Fenoson Fenoswen Hesanis Ilanon
        Ilarelle Ilemon Joranon Joranric Joredette Jorevian Joridwen Joroson Kelolelle
        Kelolina Loraron Lorurwen Mavanelle Maveda Nevidina Nevurina Oranina Orola Oroson
        Pellimina Pellolric Pellurian Quinedon Quinevia Quinurwen Rosemette Tamarric
        Tamedwen Tamidelle Tamolia Tamuron Ulimia Ulimina Varolina Wenaria Wenida Wenolric
        Xanedina Xanurwen Yelemina Yelimina Yelolwen Zefara Zefimon Zélandre Ørmunde Çaledin
        Łevira Äspelin Ñolaris Šarovel Íveline
        """.split()
    ),
    "arabic": tuple(
        """
        ولميرا ولمينين ولميديل ولميسام ترسيرا ترسينين ترسيديل ترسيسام نورارا نورانين نوراديل
        نوراسام سهلارا سهلانين سهلاديل سهلاسام دليمارا دليمانين دليماديل دليماسام كرفارا
        كرفانين كرفاديل كرفاسام بسرورا بسرونين بسروديل بسروسام هيلورا هيلونين هيلوديل
        هيلوسام مزدارا مزدانين مزداديل مزداسام طلفارا طلفانين طلفاديل طلفاسام
        """.split()
    ),
    "cyrillic": tuple(
        """
        Велимира Веловин Веледан Велусья Тарвимира Тарвовин Тарведан Тарвусья Оскимира
        Осковин Оскедан Оскусья Ждавимира Ждавовин Ждаведан Ждавусья Любозимира Любозовин
        Любозедан Любозусья Миргимира Мирговин Миргедан Миргусья Славнимира Славновин
        Славнедан Славнусья Борелимира Бореловин Бореледан Борелусья Ярунимира Яруновин
        Ярунедан Ярунусья Зоривимира Зоривовин Зориведан Зоривусья
        """.split()
    ),
    "greek": tuple(
        """
        Βελμίρα Βελμένης Βελμάντος Βελμούλη Θαρσίρα Θαρσένης Θαρσάντος Θαρσούλη Ορλίρα
        Ορλένης Ορλάντος Ορλούλη Κυδίρα Κυδένης Κυδάντος Κυδούλη Μελφίρα Μελφένης Μελφάντος
        Μελφούλη Νιρίρα Νιρένης Νιράντος Νιρούλη Φαλδίρα Φαλδένης Φαλδάντος Φαλδούλη Ζερμίρα
        Ζερμένης Ζερμάντος Ζερμούλη Λυσβίρα Λυσβένης Λυσβάντος Λυσβούλη Αρχολίρα Αρχολένης
        Αρχολάντος Αρχολούλη
        """.split()
    ),
    "hebrew": tuple(
        """
        ולמירה ולמינין ולמידאל ולמיסור תרסירה תרסינין תרסידאל תרסיסור נועמרה נועמנין נועמדאל
        נועמסור סהלורה סהלונין סהלודאל סהלוסור דלימרה דלימנין דלימדאל דלימסור כרפארה כרפאנין
        כרפאדאל כרפאסור בסרורה בסרונין בסרודאל בסרוסור הילמרה הילמנין הילמדאל הילמסור מזדארה
        מזדאנין מזדאדאל מזדאסור טלפירה טלפינין טלפידאל טלפיסור
        """.split()
    ),
    "devanagari": tuple(
        """
        वेल्मीरा वेल्मीनाथि वेल्मीदेवल वेल्मीसिका तरुवीरा तरुवीनाथि तरुवीदेवल तरुवीसिका
        नीलसोरा नीलसोनाथि नीलसोदेवल नीलसोसिका कर्देरा कर्देनाथि कर्देदेवल कर्देसिका सुमोलीरा
        सुमोलीनाथि सुमोलीदेवल सुमोलीसिका
        """.split()
    ),
    "han": tuple(
        """
        凪舟朗 凪岚晴 凪澄禾 凪音丸 翠舟朗 翠岚晴 翠澄禾 翠音丸 霁舟朗 霁岚晴
        霁澄禾 霁音丸 禾舟朗 禾岚晴 禾澄禾 禾音丸 砚舟朗 砚岚晴 砚澄禾 砚音丸
        """.split()
    ),
    "kana": tuple(
        """
        ゆめはる ゆめのき ゆめしほ ゆめまろ そらはる そらのき そらしほ そらまろ
        みのはる みののき みのしほ みのまろ かぜはる かぜのき かぜしほ かぜまろ
        つゆはる つゆのき つゆしほ つゆまろ
        """.split()
    ),
    "hangul": tuple(
        """
        하늘찬벼 하늘솔하 하늘람빛 하늘온재 별솔찬벼 별솔솔하 별솔람빛 별솔온재
        가온찬벼 가온솔하 가온람빛 가온온재 누리찬벼 누리솔하 누리람빛 누리온재
        다솜찬벼 다솜솔하 다솜람빛 다솜온재
        """.split()
    ),
}

LAST_BY_SCRIPT: Mapping[str, tuple[str, ...]] = {
    LATIN: tuple(
        """
        Abavardi Abingdale Abundardi Calimdale Dunosberg Dunoseska Dunundford Ersavwick
        Erselmere Ersomeska Ersundberg Faringmere Farundford Golingley Haromberg Isavmere
        Isosley Isosquist Isundwick Kerserdale Kerserovan Kersosdale Kersoseska Kersundley
        Kersundwick Langomardi Moravovan Morermere Morerwick Morosquist Noravstead Norerovan
        Norimdale Norundford Ostermere Ostimeska Ostingovan Ostosdale Prinelquist Prinelwick
        Prinosstead Quaravdale Quaravley Quarerford Quarimquist Quarundardi Ranosmere
        Stenavford Stenavwell Stenerstead Steningberg Stenoseska Torundeska Torundstead
        Underavley Underimwick Underommere Valelberg Valimstead Valomeska Valomford
        Valosovan Wexeleska Wexerstead Wexomquist Yarerovan Yarundmere Zanavwick Zaningwick
        Zanomberg Dunosk Ersmere Isovan Quarvik Zanvor O'Brannick D'Ovelle Źarnowic Öberhall
        Ñandovar Şelikan Ærkvist Îlemarch
        """.split()
    ),
    "arabic": tuple(
        """
        الولميري الولميني الولميداوي الولميسبي الترساري الترساني الترساداوي الترساسبي
        النورفري النورفني النورفداوي النورفسبي السهلوري السهلوني السهلوداوي السهلوسبي
        الدلميري الدلميني الدلميداوي الدلميسبي الكرفاري الكرفاني الكرفاداوي الكرفاسبي
        البسروري البسروني البسروداوي البسروسبي الهيلاري الهيلاني الهيلاداوي الهيلاسبي
        المزداري المزداني المزداداوي المزداسبي الطلفيري الطلفيني الطلفيداوي الطلفيسبي
        """.split()
    ),
    "cyrillic": tuple(
        """
        Велмировский Велмаренко Велмунцев Велмуша Тарвировский Тарваренко Тарвунцев Тарвуша
        Осковировский Осковаренко Осковунцев Осковуша Ждавировский Ждаваренко Ждавунцев
        Ждавуша Любозировский Любозаренко Любозунцев Любозуша Миргировский Миргаренко
        Миргунцев Миргуша Славнировский Славнаренко Славнунцев Славнуша Борелировский
        Бореларенко Борелунцев Борелуша Ярундировский Ярундаренко Ярундунцев Ярундуша
        Зоривировский Зориваренко Зоривунцев Зоривуша
        """.split()
    ),
    "greek": tuple(
        """
        Βελμοπέτρας Βελμουρίδης Βελμαλέτης Βελμάκος Θαρσοπέτρας Θαρσουρίδης Θαρσαλέτης
        Θαρσάκος Ορλοπέτρας Ορλουρίδης Ορλαλέτης Ορλάκος Κυδοπέτρας Κυδουρίδης Κυδαλέτης
        Κυδάκος Μελφοπέτρας Μελφουρίδης Μελφαλέτης Μελφάκος Νιροπέτρας Νιρουρίδης Νιραλέτης
        Νιράκος Φαλδοπέτρας Φαλδουρίδης Φαλδαλέτης Φαλδάκος Ζερμοπέτρας Ζερμουρίδης
        Ζερμαλέτης Ζερμάκος Λυσβοπέτρας Λυσβουρίδης Λυσβαλέτης Λυσβάκος Αρχολοπέτρας
        Αρχολουρίδης Αρχολαλέτης Αρχολάκος
        """.split()
    ),
    "hebrew": tuple(
        """
        ולמירמן ולמינסקי ולמידובר ולמיסלומי תרסירמן תרסינסקי תרסידובר תרסיסלומי נועמרמן
        נועמנסקי נועמדובר נועמסלומי סהלורמן סהלונסקי סהלודובר סהלוסלומי דלימרמן דלימנסקי
        דלימדובר דלימסלומי כרפארמן כרפאנסקי כרפאדובר כרפאסלומי בסרורמן בסרונסקי בסרודובר
        בסרוסלומי הילמרמן הילמנסקי הילמדובר הילמסלומי מזדארמן מזדאנסקי מזדאדובר מזדאסלומי
        טלפירמן טלפינסקי טלפידובר טלפיסלומי
        """.split()
    ),
    "devanagari": tuple(
        """
        वेल्मीकरवी वेल्मीलेकरा वेल्मीधारणी वेल्मीवल तरुवाकरवी तरुवालेकरा तरुवाधारणी तरुवावल
        नीलसोकरवी नीलसोलेकरा नीलसोधारणी नीलसोवल कर्देकरवी कर्देलेकरा कर्देधारणी कर्देवल
        सुमोलीकरवी सुमोलीलेकरा सुमोलीधारणी सुमोलीवल
        """.split()
    ),
    "han": tuple(
        """
        雲居原 雲瀬川 雲渓野 雲砦坂 霜居原 霜瀬川 霜渓野 霜砦坂 磐居原 磐瀬川
        磐渓野 磐砦坂 蓼居原 蓼瀬川 蓼渓野 蓼砦坂 籬居原 籬瀬川 籬渓野 籬砦坂
        """.split()
    ),
    "kana": tuple(
        """
        つきぞらの つきべりや つきむろち つきがたに はなぞらの はなべりや
        はなむろち はながたに みねぞらの みねべりや みねむろち みねがたに
        かわぞらの かわべりや かわむろち かわがたに そよぞらの そよべりや
        そよむろち そよがたに
        """.split()
    ),
    "hangul": tuple(
        """
        별찬누 별하늘 별메들 별빛골 솔찬누 솔하늘 솔메들 솔빛골 한찬누 한하늘
        한메들 한빛골 돌찬누 돌하늘 돌메들 돌빛골 물찬누 물하늘 물메들 물빛골
        """.split()
    ),
}
