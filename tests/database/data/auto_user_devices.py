"""Generated test data of the table user_devices. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'user_devices'
SOURCE = 'b7c56db5142519f206711f4f423a0ed473a99f23d1da40bdf22cf734838b13f0'
KEY = 'public'
RULES = '109389ed4d4f5925e174012e30327eb3'
ROWS = 0
DIGEST = 'dac60d77436c30dd9e97def9c518f8e85ba78014086ba1a49629bf8c24aade87'

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
