"""Which rule a column's name, type and sampled values suggest. Somebody still has to decide."""

import re
from dataclasses import dataclass

from db_workflow.testdata import rules
from db_workflow.testdata.declared.shapes import Shape
from db_workflow.testdata.structure import Column, TableStructure

_KEEP = "rules.keep()"
# What is signed in with: no shape and no type may suggest anything milder.
_PASSWORD = re.compile(r"passw(?:or)?d|passphrase|(?:^|_)pwd", re.IGNORECASE)
_SECRET = re.compile(
    r"token|secret|(?:api|access|private|session|encryption|license)_?key|credential|cookie"
    r"|(?:^|_)(?:otp|totp|mfa|2fa|pin|cvv|cvc|salt|session_?id)(?:_|$)"
    r"|(?:verification|access|invite|invitation|reset|auth|security|login|backup|recovery)_?code",
    re.IGNORECASE,
)
# Whose name it is; and what a person has a number of.
_ROLES = (
    r"(?:full|display|legal|contact|customer|client|person|people|owner|holder|student"
    r"|teacher|parent|patient|employee|author|sender|recipient|guardian|manager)"
)
_PAPERS = (
    r"(?:account|card|passport|insurance|licen[cs]e|registration|vat|tax)_?(?:no|nr|number|id)$"
    r"|(?:^|_)(?:ssn|nin|bic|swift)(?:_|$)|national_?id|social_security"
)
# What a column's name suggests; the first that fits.
_BY_NAME = tuple(
    (re.compile(pattern, re.IGNORECASE), rule)
    for pattern, rule in (
        (r"e_?mail", "email"),
        (r"first_?name|given_?name|middle_?name|fore_?name", "first_name"),
        (r"last_?name|surname|family_?name|maiden_?name|second_?name", "last_name"),
        (r"user_?name|(?:^|_)login$|nick_?name|(?:^|_)handle$|screen_?name", "username"),
        (r"file_?(?:name|path)?$|attachment|document_name", "file_name"),
        (_ROLES + "_?name", "full_name"),
        (r"phone|mobile|whatsapp|msisdn|(?:^|_)(?:fax|cell|tel)(?:_|$)", "phone"),
        (r"iban", "iban"),
        (_PAPERS, "digits"),
        (r"birth|(?:^|_)dob(?:_|$)", "birth_date"),
        (r"(?:^|_)ip(?:_?addr(?:ess)?|v[46])?$|remote_addr|host_?addr", "ip"),
        (r"(?:^|_)mac(?:_?addr(?:ess)?)?$", "mac"),
        (r"(?:^|_)zip(?:_|$)|zip_?code|post(?:al)?_?code", "postal_code"),
        (r"url|link|href|(?:^|_)uri|web_?site|home_?page", "url"),
        (r"time_?zone|(?:^|_)tz$|currency|locale|language|(?:^|_)lang$|code$", "keep"),
        (r"(?:^|_)(?:status|kind|type|unit|role|category)$", "keep"),
        (r"street|address|city|about|bio$|note|remark|comment|description|message|body", "text"),
    )
)
_BY_SHAPE = {
    "email": "email",
    "url": "url",
    "uuid": "uuid",
    "mac": "mac",
    "ip": "ip",
    "iban": "iban",
    "token": "token",
    "date": "shift_days",
    "file": "file_name",
    "postal": "postal_code",
    "phone": "phone",
}
# What a name outweighs.
_BY_WEAK_SHAPE = {"names": "full_name", "number": "digits", "text": "text", "codes": "keep"}
# Until there is such a rule, or where it does not fit: one that hides as much.
_INSTEAD = {
    "username": "token", "file_name": "token", "iban": "digits", "ip": "digits", "mac": "token",
    "postal_code": "digits", "birth_date": "shift_days",
}  # fmt: skip
# Types whose values may hold anything about anybody.
_BY_TYPE = (
    (r"inet|cidr", "ip", "rules.constant('192.0.2.1')"),
    (r"macaddr8?", "mac", "rules.constant('02:00:00:00:00:01')"),
    (r"bytea", "", r"rules.constant(r'\x')"),
    (r"tsvector|hstore", "", "rules.constant('')"),
    (r"xml", "", "rules.constant('<hidden/>')"),
    (r"point", "", "rules.constant('(0,0)')"),
)
_BY_KIND = {
    "interval": _KEEP,
    "number": _KEEP,
    "json": "rules.json({'': rules.text(), '*': rules.text(), '*~': rules.token()})",
    "uuid": "rules.uuid()",
    "boolean": _KEEP,
    "enum": _KEEP,
}
_TIME_OF_DAY = re.compile(r"time\b")
_TOKEN_LENGTH = 24
_WORD_LENGTH = 14


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule as one writes it, perhaps in several lines, and what speaks for it."""

    rule: str
    why: str


def suggestion(
    column: Column, shape: Shape | None = None, *, table: TableStructure | None = None
) -> Suggestion:
    """Return the rule that a column's name, type and sampled values suggest.

    Args:
        column: the column.
        shape: what its values look like, if somebody has looked.
        table: its table, to know whether its values have to stay different.

    """
    if column.kind == "array":
        inner = _of_kind(column, column.element, shape)
        rule = _KEEP if inner.rule == _KEEP else f"rules.each({inner.rule})"
        return Suggestion(rule, inner.why)
    found = _of_kind(column, column.kind, shape)
    return Suggestion(_fitted(found.rule, column, table), found.why)


def for_text(name: str, shape: Shape | None) -> Suggestion:
    """Return the rule for texts under a name: a column's, or a key's of JSON."""
    seen = shape.why if shape is not None else ""
    kind = shape.kind if shape is not None else ""
    if _PASSWORD.search(name) or kind == "password":
        return Suggestion("rules.constant('…')", seen if kind == "password" else "its name")
    if _SECRET.search(name):
        return Suggestion("rules.token()", seen if kind == "token" else "its name")
    named = by_name(name)
    if kind in _BY_SHAPE and not (kind == "date" and named == "birth_date"):
        return Suggestion(_written(_BY_SHAPE[kind], "text"), seen)
    if kind == "json":
        return Suggestion(_json(shape), seen)
    if named == "keep" and kind in {"names", "text"}:
        named = ""
    if named:
        why = f"its name; {seen}" if seen and kind != "mixed" else "its name"
        return Suggestion(_written(named, "text"), why)
    return Suggestion(_written(_BY_WEAK_SHAPE.get(kind, "text"), "text"), seen)


def for_number(name: str) -> Suggestion:
    """Return the rule for numbers of JSON, which take any text, under a key's name."""
    named = "token" if looks_secret(name) else by_name(name)
    return Suggestion(f"rules.{named}()" if named in {"phone", "digits", "token"} else _KEEP, "")


def by_name(name: str) -> str:
    """Return the name of the rule that a column's name suggests; empty for none."""
    return next((rule for pattern, rule in _BY_NAME if pattern.search(name)), "")


def looks_secret(name: str) -> bool:
    """Tell whether a column's name is that of a password, a token or the like."""
    return bool(_PASSWORD.search(name) or _SECRET.search(name))


def _of_kind(column: Column, kind: str, shape: Shape | None) -> Suggestion:
    if kind == "text":
        return for_text(column.name, shape)
    if kind == "json" and shape is not None and shape.rule:
        return Suggestion(shape.rule, shape.why)
    if kind == "date" and not _TIME_OF_DAY.match(column.type):
        named = "birth_date" if by_name(column.name) == "birth_date" else "shift_days"
        return Suggestion(_written(named, "date"), "")
    if kind == "number" and (looks_secret(column.name) or by_name(column.name) in _NUMBERS):
        # No rule writes numbers that mean nothing and yet fit: away with them.
        rule = "rules.constant('0')" if column.not_null else "rules.null()"
        return Suggestion(rule, "its name")
    if kind == "other":
        return Suggestion(_of_type(column), "")
    return Suggestion(_BY_KIND.get(kind, _KEEP), "")


_NUMBERS = frozenset({"phone", "digits", "iban", "postal_code"})


def _of_type(column: Column) -> str:
    for pattern, rule, otherwise in _BY_TYPE:
        if re.fullmatch(pattern, column.type):
            return f"rules.{rule}()" if _fits(rule, "other") else otherwise
    return _KEEP


def _written(rule: str, kind: str) -> str:
    """Return a rule as one writes it; another one where there is none of that name."""
    known = rule if _fits(rule, kind) else _INSTEAD.get(rule, "text")
    return f"rules.{known}()"


def _fits(rule: str, kind: str) -> bool:
    make = getattr(rules, rule, None) if rule else None
    return make is not None and not make().fits.isdisjoint({kind, "any"})


def _json(shape: Shape | None) -> str:
    """Return the rule for JSON in a text column."""
    if shape is not None and shape.rule and "text" in rules.json({}).fits:
        return shape.rule
    return "rules.text()"


def _fitted(rule: str, column: Column, table: TableStructure | None) -> str:
    """Return a rule whose values are short enough, and as different as the source's."""
    alone = table is not None and any(unique.columns == (column.name,) for unique in table.uniques)
    if alone and rule in {"rules.text()", "rules.full_name()", "rules.digits()"}:
        rule = "rules.token()"
    if column.kind != "text" or column.length is None:
        return rule
    if rule == "rules.text()" and column.length < 4 * _WORD_LENGTH:
        words = column.length // _WORD_LENGTH
        rule = f"rules.text(words={words})" if words else "rules.token()"
    if rule == "rules.token()" and column.length < _TOKEN_LENGTH:
        return f"rules.token(length={column.length})"
    return rule
