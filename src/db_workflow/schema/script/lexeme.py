"""Where a quote, a dollar quote or a comment ends: the rules of psql's and the server's scanners.

Every function takes a text and the place right after what opened, and returns the place right
after what closes it, or None when the text ends before that.
"""

import re

# PostgreSQL's own white space; Python's `\s` knows more, which the server takes for letters.
SPACE = " \t\n\r\f\v"
# What a name may begin with and go on with. All beyond ASCII counts as a letter, so ASCII's other
# characters are the ones listed: as ranges up to the last code point these classes would take
# milliseconds to compile.
LETTER = r"[^\x00-@\[-^`{-\x7f]"
LETTER_DIGIT = r"[^\x00-/:-@\[-^`{-\x7f]"
NAME_PART = r"[^\x00-#%-/:-@\[-^`{-\x7f]"
_NO_NAME_PART = r"[\x00-#%-/:-@\[-^`{-\x7f]"
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_ESCAPE_EDGE = re.compile(r"['\\]")
# Two strings with a line break between them are one; only then does the second obey backslashes
# because the first one did.
_CONTINUED = re.compile(r"[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'")
_DOLLAR = re.compile(rf"\$(?:{LETTER}{LETTER_DIGIT}*)?\$")
_REST_OF_LINE = re.compile(r"[^\n\r]*")
_REST_OF_NAME = re.compile(rf"{NAME_PART}*")
_NAME_BEFORE = re.compile(rf"{LETTER}{NAME_PART}*\Z")
_PREFIX = re.compile(rf"(?:\A|{_NO_NAME_PART})([eEbBxXnN]|[uU]&)\Z")
_WORD = re.compile(rf"[0-9][\w.]*|({LETTER}{NAME_PART}*)")


def words_in(piece: str) -> list[str]:
    """Return the bare words of a piece of SQL that holds no quotes, in lower case."""
    return [word for word in _WORD.findall(piece.lower()) if word]


def quote_prefix(text: str, begin: int, quote: int) -> str:
    """Return the lexeme glued to the front of a quote (`e`, `b`, `x`, `n`, `u&`), or nothing.

    Args:
        text: the SQL.
        begin: where the last special lexeme ended; a prefix begins there or later.
        quote: where the quote is; only `u&` means anything in front of a double one.

    """
    if quote == begin or text[quote - 1] not in ("eEbBxXnN&" if text[quote] == "'" else "&"):
        return ""
    found = _PREFIX.search(text[max(begin, quote - 3) : quote])
    return found[1].lower() if found else ""


def after_plain(text: str, place: int, quote: str = "'") -> int | None:
    """Find the end of a quote in which nothing is special; a doubled quote is two quotes on end."""
    found = text.find(quote, place)
    return None if found < 0 else found + 1


def after_escaped(text: str, place: int) -> int | None:
    r"""Find the end of a string in which `\` hides the next character."""
    while edge := _ESCAPE_EDGE.search(text, place):
        place = edge.end()
        if edge.group() == "\\" or text.startswith("'", place):
            place += 1  # past what it hides, or past the second quote of two
        elif more := _CONTINUED.match(text, place):
            place = more.end()
        else:
            return place
    return None


def after_dollar(text: str, dollar: int) -> int | None:
    """Find the end of what begins with a `$`: a dollar quote, else the sign alone."""
    opening = _DOLLAR.match(text, dollar)
    if opening is None:
        return dollar + 1
    closing = text.find(opening.group(), opening.end())
    return None if closing < 0 else closing + len(opening.group())


def after_block(text: str, place: int) -> int | None:
    """Find the end of a block comment; they nest."""
    depth = 1
    while edge := _BLOCK_EDGE.search(text, place):
        place = edge.end()
        depth += 1 if edge.group() == "/*" else -1
        if not depth:
            return place
    return None


def after_line(text: str, place: int) -> int:
    """Return where the line ends; a carriage return alone ends one too."""
    found = _REST_OF_LINE.match(text, place)
    return found.end() if found else place


def after_name(text: str, begin: int, dollar: int) -> int | None:
    """Return the end of the name that a `$` belongs to, or None when it does not belong to one."""
    if dollar == begin or not _NAME_BEFORE.search(text[begin:dollar]):
        return None
    found = _REST_OF_NAME.match(text, dollar)
    return found.end() if found else None
