"""Generated test data of the table user_devices. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'user_devices'
SOURCE = 'b7c56db5142519f206711f4f423a0ed473a99f23d1da40bdf22cf734838b13f0'
KEY = 'public'
RULES = '7c1c0cea12b43faec8aea3e11341bbc5'
ROWS = 0
DIGEST = 'f0c1709d9b5772ca9058689bcc6dfa469bcfd573fa26669baa195d783ff24c44'

AUTO_USER_DEVICES_DATA = rows(
    columns=(
        'id',
        'user_id',
        'platform',
        'push_token',
        'last_seen_at',
        'created_at',
    ),
    text=r'''
''',
)
