"""Generated test data of the table parents. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'parents'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = '236f802aece81e654e19a5e598292497'
ROWS = 30
DIGEST = '7b18f02291efa1313c6dd727215238eec3cf995e70fed1f4535e12f1e8678e30'

AUTO_PARENTS_DATA = rows(
    columns=(
        'id',
        'currency',
    ),
    text=r'''
19a3cffa-192b-5bdd-bfd9-b03b4e689ebd	USD
4a3343f8-4687-5c0a-9d69-a6c36ac0095b	USD
5450feca-410e-5686-9dcb-fdc3a3f84924	GBP
618050c6-6165-520b-a0a2-fc222feaacaf	GBP
66775e08-7ba0-545f-8a68-6109adc4bad5	USD
7c729a48-9713-5a3f-b00c-29191d71060e	USD
803c0ee1-fd41-52e2-b838-074d38f3a7e2	USD
80ecdf25-caed-5c2b-8326-8cff16d79a0a	EUR
88c31b57-fa67-5333-b29c-801a8e18d7a0	EUR
932aaa4d-b615-5385-91bf-bfa5914fffe0	EUR
989a7dbb-2506-5f8d-8f51-3660cc62a348	USD
9ccc84dc-9b08-501e-a525-3f64a8e53ae4	EGP
9e192799-7f66-525c-80be-ef67e183e0cc	GBP
9eead122-8480-52ef-a5fa-a41f5d4f136c	EUR
a6744918-9526-56c7-b21c-3aa698f8abd1	KWD
a76af455-8ecd-5345-8eb5-5088301e36c4	EUR
a796afc2-26e8-5675-a920-ece159ca25df	USD
a93f22eb-ec9c-5d23-bf03-997e7edb1492	KWD
b12597ee-ed22-5cfd-9b43-e403e32671c0	KWD
bcd5176c-417c-5a18-986c-ffa13bd0ff67	EGP
befef49b-a87e-57e6-adb6-aed802da8809	GBP
c4f34f25-6d04-5f44-9f95-40aa62549df2	USD
c65b958b-1bd4-57db-bee0-c8734ab1bb09	EGP
cb84ca2f-a477-5f72-8494-3863cdaa7d6f	USD
ce5c5e55-0777-5c55-8522-bea7ee088e29	EUR
d7c6b5b4-c891-59a9-a484-dd97a2d7254d	USD
e425782c-0e72-5bfb-b277-f94059230e08	USD
f0bb56bb-18ca-5b88-b8bb-ca4fdf075bf5	KWD
f3d3deca-d65f-5048-97ba-854cb80329c8	USD
f5fbe28f-eba5-5de3-9341-fc420e924b48	EUR
''',
)
