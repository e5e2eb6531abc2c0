"""What a table's entry in TABLE_CONFIG is usually called in all its places."""

import re

from db_workflow.nouns import singular
from db_workflow.testdata.declared.tables import Table


def usual_table(name: str) -> Table:
    """Return the entry that a table usually has, without rules.

    `UserDeviceFactory`, `auto_user_devices.py` and `AUTO_USER_DEVICES_DATA` for `user_devices`.
    """
    file = re.sub(r"\W", "_", name)
    words = re.split(r"[\W_]+", singular(name.rpartition(".")[2]))
    return Table(
        name,
        file=f"auto_{file}.py",
        variable=f"AUTO_{file.upper()}_DATA",
        factory="".join(word[:1].upper() + word[1:] for word in words) + "Factory",
    )
