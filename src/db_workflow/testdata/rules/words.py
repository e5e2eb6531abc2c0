"""The words that pseudonyms are made of. Fixed here, because a library's lists change.

The names are nobody's: they look and sort like names, in several scripts, but are invented. So a
real name that is found in a generated file is there because it leaked, not by chance.
"""
# ruff: noqa: SIM905 - several scripts on purpose; lists of words read best as text

import hashlib

FIRST_NAMES = tuple(
    """
    Avedon Avolis Belanwen Belolette Cadolon Caduron Doredon Dorimelle Elanric Elevian Fenania
    Fenemina Fenemon Fenemwen Fenidian Fenimon Fenoson Fenoswen Hesanis Ilanon Ilarelle Ilemon
    Joranon Joranric Joredette Jorevian Joridwen Joroson Kelolelle Kelolina Loraron Lorurwen
    Mavanelle Maveda Nevidina Nevurina Oranina Orola Oroson Pellimina Pellolric Pellurian
    Quinedon Quinevia Quinurwen Rosemette Tamarric Tamedwen Tamidelle Tamolia Tamuron Ulimia
    Ulimina Varolina Wenaria Wenida Wenolric Xanedina Xanurwen Yelemina Yelimina Yelolwen
    Zefara Zefimon Zélandre Ørmunde Çaledin Łevira Äspelin Ñolaris Šarovel Íveline Βελμίρα
    Θαρσίνη Ορλέας Κυδάνης Велмира Тарвина Оскарин Ждавея Любозар ولميرا تارسين نوراڤيل سهلان
    دليمان וולמירה תרסין נועמאור ゆめはる そらの 凪音丸
    翠晴 云朗岚 霁舟禾 하늘찬 별솔 वेल्मीरा तरुवीन
    """.split()
)

LAST_NAMES = tuple(
    """
    Abavardi Abingdale Abundardi Calimdale Dunosberg Dunoseska Dunundford Ersavwick Erselmere
    Ersomeska Ersundberg Faringmere Farundford Golingley Haromberg Isavmere Isosley Isosquist
    Isundwick Kerserdale Kerserovan Kersosdale Kersoseska Kersundley Kersundwick Langomardi
    Moravovan Morermere Morerwick Morosquist Noravstead Norerovan Norimdale Norundford
    Ostermere Ostimeska Ostingovan Ostosdale Prinelquist Prinelwick Prinosstead Quaravdale
    Quaravley Quarerford Quarimquist Quarundardi Ranosmere Stenavford Stenavwell Stenerstead
    Steningberg Stenoseska Torundeska Torundstead Underavley Underimwick Underommere Valelberg
    Valimstead Valomeska Valomford Valosovan Wexeleska Wexerstead Wexomquist Yarerovan
    Yarundmere Zanavwick Zaningwick Zanomberg O'Brannick D'Ovelle Źarnowic Öberhall Ñandovar
    Şelikan Ærkvist Îlemarch Θαλασσόπετρος Κυμανάκος Ορλεάτης Вельмировский Тарвененко
    Ждаворин الولمير التارسي النوراڤ הוולמיר בן־תרסין 星野瀬川
    雲居原 岚霁 舟禾 별찬 솔하늘 वेल्मीरकर तरुवाल
    """.split()
)

LOREM = tuple(
    """
    lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore
    dolore magna aliqua enim minim veniam quis nostrud exercitation ullamco laboris nisi aliquip
    commodo consequat duis aute irure reprehenderit voluptate velit esse cillum fugiat nulla
    pariatur excepteur sint occaecat cupidatat non proident sunt culpa qui officia deserunt mollit
    anim laborum
    """.split()
)

# Part of every file's rules digest: other words, other files.
DIGEST = hashlib.sha256(repr((FIRST_NAMES, LAST_NAMES, LOREM)).encode()).hexdigest()[:12]
