"""In which script a word is written, so that its pseudonym can be in the same."""

import re

from db_workflow.testdata.rules.names import LATIN

_SCRIPTS = {
    "arabic": r"\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "cyrillic": r"\u0400-\u052f",
    "greek": r"\u0370-\u03ff\u1f00-\u1fff",
    "hebrew": r"\u0590-\u05ff\ufb1d-\ufb4f",
    "devanagari": r"\u0900-\u097f",
    "han": r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "kana": r"\u3041-\u30ff\u31f0-\u31ff",
    "hangul": r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
}
_SIGN = re.compile("|".join(f"(?P<{name}>[{signs}])" for name, signs in _SCRIPTS.items()))


def script_of(word: str) -> str:
    """Return the script of a word's first sign that has one of ours, otherwise "latin"."""
    found = None if word.isascii() else _SIGN.search(word)
    return LATIN if found is None or found.lastgroup is None else found.lastgroup
