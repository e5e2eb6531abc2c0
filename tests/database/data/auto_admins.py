"""Generated test data of the table admins. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'admins'
SOURCE = 'b7c56db5142519f206711f4f423a0ed473a99f23d1da40bdf22cf734838b13f0'
KEY = 'public'
RULES = '6f5db5dc01e288754c78c8183993e2a0'
ROWS = 3
DIGEST = '61e3190c669b23593d8840cfe8420ac1e10dde91911103e3410522b30a809c1b'

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
