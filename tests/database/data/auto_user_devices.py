"""Generated test data of the table user_devices. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'user_devices'
SOURCE = 'b7c56db5142519f206711f4f423a0ed473a99f23d1da40bdf22cf734838b13f0'
KEY = 'public'
RULES = '7b4d17125b52571fd804944ff85baf0f'
ROWS = 0
DIGEST = '40c4832326ec6a3db1aceb13df2594ae80553c21daaffc6300336f5b41bc2326'

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
