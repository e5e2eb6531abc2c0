"""Word lists for invented people: eight kinds of names, and where such families live.

A name is written as its owner writes it, and once more in plain letters for an e-mail address.
Names with something to break (apostrophes, hyphens, nothing at all, very long ones) come first:
families take surnames in order, so that even a small business has them.
"""

from dataclasses import dataclass

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Culture:
    """How a kind of family is called, and what goes with where it lives."""

    firsts: tuple[Name, ...]
    lasts: tuple[Name, ...]
    zones: tuple[str, ...]
    currency: str
    system: str


def _names(text: str) -> tuple[Name, ...]:
    """Read `name=plain` pairs, one after the other, `_` for a space within a name."""
    pairs = (entry.partition("=") for entry in text.split())
    return tuple(
        (name.replace("_", " ").strip(), plain or name.lower()) for name, _, plain in pairs
    )


CULTURES = (
    Culture(
        _names("Omar Laila Karim Mona Youssef Nour Hana Tarek Salma Ziad Farida Seif Malak Adham"),
        _names(
            "El-Masry Abdel_Rahman=abdelrahman Farouk Shaker Haddad Ghanem Sabry Mansour Lotfy"
            " Abou_El-Fotouh=abouelfotouh Zaki Tawfik"
        ),
        ("Africa/Cairo",),
        "EGP",
        "National-EG",
    ),
    Culture(
        _names(
            "Siobhán=siobhan Aoife Oliver Grace Sean Mary-Jane Henry Niamh Beth Rory"
            " Jean-Luc_Tobias=jeanluc Imogen"
        ),
        _names(
            "O'Neill D'Arcy-Smythe Null van_der_Bergh=vanderbergh St._Clere=st.clere McAllister"
            " Fernsby Thistlewood Ashdown Pemberly O'Shaughnessy Birtwistle"
        ),
        ("Europe/London", "Europe/Dublin"),
        "GBP",
        "IGCSE",
    ),
    Culture(
        _names(
            "عمر=omar ليلى=layla فاطمة=fatima يوسف=yousef نورة=noura مريم=maryam خالد=khaled"
            " هند=hind سارة=sara عبد_الله=abdullah ريم=reem بدر=bader"
        ),
        _names(
            "النجار=alnajjar الحداد=alhaddad الخياط=alkhayyat العطار=alattar البنّا=albanna"
            " الصايغ=alsayegh الوراق=alwarraq السقا=alsaqqa الطحان=altahhan الزيات=alzayyat"
        ),
        ("Asia/Kuwait",),
        "KWD",
        "National-KW",
    ),
    Culture(
        _names(
            "Zoë=zoe José=jose Renée=renee Søren=soren Łucja=lucja Jürgen=jurgen Ştefan=stefan"
            " François=francois Åsa=asa Ñusta=nusta Đorđe=dorde Þóra=thora"
        ),
        # The second is spelled with a combining mark, as some keyboards write it.
        _names(
            "Grünwald-Østergård=gruenwald Nun\u0303ez-García=nunez Żółtowska=zoltowska"
            " Dvořáček=dvoracek Ångström-Lind=angstrom Quiñonero=quinonero Weißbach=weissbach"
            " Õunapuu=ounapuu Müllerová=mullerova Țăranu=taranu Çelikkaya=celikkaya"
        ),
        ("Europe/Berlin", "Europe/Madrid", "Europe/Warsaw"),
        "EUR",
        "IGCSE",
    ),
    Culture(
        _names(
            "Ελένη=eleni Γιώργος=giorgos Δήμητρα=dimitra Νίκος=nikos Σοφία=sofia Ανδρέας=andreas"
            " Κατερίνα=katerina Θανάσης=thanasis Χρυσάνθη=chrysanthi Μάριος=marios"
        ),
        _names(
            "Παπαδάκης=papadakis Νικολάου=nikolaou Θεοδωρίδου=theodoridou Ξενάκης=xenakis"
            " Καραγιάννη=karagianni Μακρή=makri Ψαράς=psaras Οικονόμου=oikonomou"
        ),
        ("Europe/Athens", "Asia/Nicosia"),
        "EUR",
        "IGCSE",
    ),
    Culture(
        _names(
            "伟=wei 芳=fang 秀英=xiuying 子涵=zihan 敏=min 宇轩=yuxuan 静怡=jingyi 雨桐=yutong"
            " 浩然=haoran 思远=siyuan"
        ),
        _names("欧阳=ouyang 王=wang 诸葛=zhuge 李=li 陈=chen 司徒=situ 林=lin 黄=huang 赵=zhao"),
        ("Asia/Shanghai", "Asia/Hong_Kong"),
        "USD",
        "SAT",
    ),
    Culture(
        _names(
            "Wulandari Budiarto Ni_Made_Ayu=made.ayu Li Ni_Luh=niluh Kusumawardhani Adi"
            " Raghunandanan Meenakshi Tirumalai"
        ),
        # Some people have one name only; the column then holds the empty text.
        _names(
            "_=family Venkatasubramaniyanarayanaswamy-Ramachandrasekaralingam=venkata"
            " Setyaningrum Ng Wiryosumarto"
        ),
        ("Asia/Jakarta", "Asia/Kathmandu", "Asia/Kolkata"),
        "USD",
        "SAT",
    ),
    Culture(
        _names(
            "Анна=anna Дмитро=dmytro Ольга=olha Илья=ilya Соломія=solomiia Маєва=maieva"
            " Мирослав=myroslav Юлія=yuliia Зорян=zorian Ярина=yaryna"
        ),
        _names(
            "Соколенко=sokolenko Шевчук=shevchuk Гайдамака=haidamaka Білоконь=bilokin"
            " Кравець=kravets Їжакевич=yizhakevych Черненко=chernenko"
        ),
        ("America/Argentina/Buenos_Aires", "UTC", "Europe/Kyiv"),
        "USD",
        "IGCSE",
    ),
)
