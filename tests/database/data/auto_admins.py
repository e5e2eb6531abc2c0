"""Generated test data of the table admins. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'admins'
SOURCE = 'b7c56db5142519f206711f4f423a0ed473a99f23d1da40bdf22cf734838b13f0'
KEY = 'public'
RULES = '6428523a908c49ca6635a746950089f5'
ROWS = 3
DIGEST = '501ccbdf677aff8ad2e4f22748ee960a45cf64b4dcda002d22e791fc4f85e232'

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
