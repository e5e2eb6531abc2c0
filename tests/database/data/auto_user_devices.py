"""Generated test data of the table user_devices. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'user_devices'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = '68cb3db4e973722457b7cc8385ab280e'
ROWS = 0
DIGEST = '8ede21c5bf182a255be52a3bbb6f2e720a6c3548aa682ef85646dac55489860c'

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
