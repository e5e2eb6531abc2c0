"""Generated test data of the table admins. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'admins'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = '5dd95e01550d56b73ef9706ce358dd7f'
ROWS = 3
DIGEST = 'e2cf52ca94c2d62d515395e5ba104bec22cc2af19d96c51e44ef5d88b91c4a49'

AUTO_ADMINS_DATA = rows(
    columns=(
        'id',
        'privilege',
    ),
    text=r'''
4d0e8c2b-66d2-5e84-a91d-f29220bd4d24	Master
c6068e4b-2a90-5c6d-b6c1-e2989a252150	Normal
ecf9fe5d-d7f0-591f-85b9-426fa0d2f4b5	ReadOnly
''',
)
