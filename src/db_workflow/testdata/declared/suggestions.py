"""Which rule a column's name and type suggest. Only a suggestion: somebody has to decide."""

import re

from db_workflow.testdata.structure import Column

# What a column's name suggests; the first that fits.
_SUGGESTIONS = (
    (r"e_?mail", "rules.email()"),
    (r"first_?name|given_?name", "rules.first_name()"),
    (r"last_?name|surname|family_?name", "rules.last_name()"),
    (r"full_?name|display_?name", "rules.full_name()"),
    (r"password|passwd", "rules.constant('…')"),
    (r"token|secret|api_?key", "rules.token()"),
    (r"phone|mobile", "rules.phone()"),
    (r"url|link|href", "rules.url()"),
    (r"time_?zone|currency|locale|language|code$", "rules.keep()"),
)
_BY_KIND = {
    "date": "rules.shift_days()",
    "interval": "rules.keep()",
    "number": "rules.keep()",
    "json": "rules.json({'path': …})",
    "uuid": "rules.uuid()",
    "text": "rules.text()",
}


def suggestion(column: Column) -> str:
    """Return the rule that a column's name and type suggest."""
    if column.kind == "text":
        for pattern, rule in _SUGGESTIONS:
            if re.search(pattern, column.name, re.IGNORECASE):
                return rule
    if column.kind == "array":
        return f"rules.each({_BY_KIND.get(column.element, 'rules.keep()')})"
    return _BY_KIND.get(column.kind, "rules.keep()")
