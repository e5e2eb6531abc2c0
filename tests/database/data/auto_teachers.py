"""Generated test data of the table teachers. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'teachers'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = '7c72c902199b9d9c40b93629cd02d0bb'
ROWS = 9
DIGEST = '2e9beb6316af883ca3c538841f6847bd007f6fc7811ca9fe5afcfc1cdd379ef7'

AUTO_TEACHERS_DATA = rows(
    columns=(
        'id',
        'currency',
        'birth_date',
    ),
    text=r'''
03038317-43b0-59ba-ae95-4b8fda315f85	EGP	1970-08-17
291b458b-6e62-5841-8586-b85995b20d6c	USD	1991-02-08
42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	EGP	1980-09-04
8dc41b9a-5ee7-5d6e-b129-91aa6895bb25	USD	1969-09-04
9e12e023-cf09-5d04-bcb1-26dec5ca0e95	USD	1981-02-17
b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	GBP	1985-04-14
e002457e-d4f9-51f7-894b-50ba56f25637	EUR	1980-07-11
ef5ddfc9-8428-57ed-bf3b-f90858d4d382	EUR	\N
f4523a46-2c1a-5546-bda7-cc745f45f60a	KWD	1989-03-21
''',
)
