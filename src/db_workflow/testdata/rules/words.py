"""The words that pseudonyms are made of. Fixed here, because a library's lists change."""
# ruff: noqa: SIM905 - lists of words read best as text

import hashlib

from db_workflow.testdata.rules.names import FIRST_BY_SCRIPT, LAST_BY_SCRIPT

FIRST_NAMES = tuple(name for names in FIRST_BY_SCRIPT.values() for name in names)
LAST_NAMES = tuple(name for names in LAST_BY_SCRIPT.values() for name in names)

LOREM = tuple(
    """
    lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore
    dolore magna aliqua enim minim veniam quis nostrud exercitation ullamco laboris nisi aliquip
    commodo consequat duis aute irure reprehenderit voluptate velit esse cillum fugiat nulla
    pariatur excepteur sint occaecat cupidatat non proident sunt culpa qui officia deserunt mollit
    anim laborum
    """.split()
)

# Part of every file's rules digest: other words, other files.
DIGEST = hashlib.sha256(repr((FIRST_NAMES, LAST_NAMES, LOREM)).encode()).hexdigest()[:12]
