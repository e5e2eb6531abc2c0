"""Generated test data of the table user_devices. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'user_devices'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = '7b4d17125b52571fd804944ff85baf0f'
ROWS = 0
DIGEST = 'd8f617be3c98a8f0ed82f946eab5c3aa476156cb520183b9175a93c3306aea90'

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
