"""The words that pseudonyms are made of. Fixed here, because a library's lists change.

Changing a word changes every generated file: raise `rules.VERSION` with it.
"""
# ruff: noqa: RUF001, SIM905 - several scripts on purpose; lists of words read best as text

FIRST_NAMES = tuple(
    """
    Adela Aron Astrid Basil Beata Benno Bianca Bruno Calla Carmen Casper Celia Cosmo Cyril Dalia
    Damian Delia Dorian Edith Elias Elina Emeka Enzo Esme Fabian Farida Felix Fiona Flora Gideon
    Greta Gwen Hana Hector Helga Hugo Ida Imani Ines Iris Isak Ivo Jasmin Jonas Judit Kai Karim
    Katya Kilian Lara Leander Leila Linus Livia Lorenz Lucian Luna Mabel Magnus Malik Marta Matteo
    Mila Mirko Nadia Nestor Niko Nora Odin Olga Oskar Otto Paloma Pascal Petra Quentin Rafael Ramona
    Rania René Rosa Rufus Ruth Salma Samir Selma Silas Sofía Søren Tamara Tariq Thea Tobias Tomás
    Ulla Ursula Valentin Vera Viktor Wanda Wilma Xenia Yara Yusuf Zelda Zoë Łucja Ærik Žofia Çelik
    Αλέξης Δάφνη Νίκη Πέτρος Алина Борис Вера Игорь Ольга امينة سامي ليلى نور هالة יעל נועם
    さくら ゆい 健太 美咲 明 丽华 志强 수빈 지우 अनिल मीरा
    """.split()
)

LAST_NAMES = tuple(
    """
    Abbot Adler Almeida Anders Arkwright Aydın Bakker Baptiste Barros Berg Birch Blum Bondar
    Brandt Brook Calder Castel Cermak Chandra Conti Cordova Costa Dahl Danso Delgado Dietrich
    Doyle Drake Duarte Eklund Ellery Engel Falk Farrow Fiala Fontaine Fox Frost Garnier Gomes
    Grau Haddad Hale Harrow Heller Holm Horvat Ibarra Jansen Jovanović Kamara Kaplan Keller
    Khoury Kovač Krause Lang Larsen Laurent Linde Lopes Lund Maalouf Madsen Marchetti Marlow
    Mendes Meyer Moreau Nagy Nasser Neri Nowak Núñez Obi Okafor Olsen Orsini Ortega Palmer Park
    Peralta Pires Popescu Quist Rahal Ramos Reyes Ricci Roth Rowan Sabbagh Saito Salgado Schäfer
    Sefton Silva Soto Stein Strand Szabo Tanaka Thorne Toledo Uzun Vance Vargas Vega Vidal Vogel
    Wagner Walsh Weiss Wren Yilmaz Young Zaman Zeller Zhou Ødegård Świątek Ünal O'Dell D'Arco
    Νικολάου Παππάς Иванова Соколов Шевченко الحداد النجار خليل سليم
    כהן לוי 田中 佐藤 王 李 김 박 शर्मा
    वर्मा
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
