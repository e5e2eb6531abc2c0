"""Version 0.4, devices and security: the ordered list of its steps."""

from db_workflow.schema import Migration, python_step, sql_file
from db_workflow.scripts import run_migrations

MIGRATION = Migration(
    version="0.4",
    title="devices and security",
    steps=(
        sql_file("devices/01_user_devices.sql"),
        sql_file("security/01_index_legacy_hashes.sql"),
        # Minutes of hashing on a large table: in batches of its own, never in one
        # transaction that would hold every row it has touched.
        python_step("rehash_passwords.py", transaction=False),
        sql_file("security/02_require_argon2id.sql"),
        sql_file("security/03_validate_argon2id.sql"),
    ),
)

if __name__ == "__main__":
    run_migrations(__file__)
