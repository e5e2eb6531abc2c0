"""Where the statements of a SQL text are: quotes, dollar quotes and comments told apart.

Not a parser. The server does the parsing; this finds out what the server would never see as such
(psql's own commands, the rows of a COPY), and where one statement ends. The rules are those of
psql's scanner, except where psql is deceived and the server is not: psql counts BEGIN, CASE and END
to know where a `BEGIN ATOMIC` body ends, whatever columns are named so; it forgets at the end of a
line that a string obeys backslashes, and sees only at the next one that a SET has changed it.
"""

import re
from collections.abc import Callable
from typing import ClassVar, Final

from db_workflow.schema.script import lexeme
from db_workflow.schema.script.body import Body
from db_workflow.schema.script.rows import rows_below
from db_workflow.schema.script.scan import Break, Mark, PsqlOnly, Scan
from db_workflow.schema.script.setting import strings_after
from db_workflow.schema.script.statement import Statement, copies_with_client, is_routine

# Between two of these only words, numbers and operators can stand: jumping from one to the next
# is what makes a large file cheap.
_STOP = re.compile(r"""['"$()\[\]\\:;/-]""")
_PLAIN = re.compile(rf"{lexeme.NAME_PART}+|[^ \t\n\r\f\v]")
# As texts: compiled when the first file needs them, not at import.
_META = r"\\(?:[;:]|[^\s;\\]*)"
_NAME = rf"{lexeme.LETTER_DIGIT}+"
_VARIABLE = rf""":(?:{_NAME}|'{_NAME}'|"{_NAME}"|\{{\?{_NAME}\}})"""
_JSON_OBJECT = r"\bjson_object(?:agg)?\s*\Z"
_LONGEST: Final = 64  # that a psql command or the word before a parenthesis is looked for
# What a comment begins with that is a word to the runner.
_MARK: Final = "db_workflow:"
_RESTRICT = ("\\restrict", "\\unrestrict")


def scan(text: str) -> Scan:
    """Find the statements of a SQL text, and what only psql would understand."""
    return _Scanner(text).run()


class _Scanner:
    """The state between two lexemes. Each handler is told a place, and returns where to go on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = Scan()
        self.start = -1  # of the statement under way; -1 between two
        self.end = 0  # of its last lexeme
        self.words: list[str] = []
        self.openers: list[int] = []  # where the open parentheses and brackets are
        self.parentheses = 0
        self.body = Body()
        self.gap = 0  # where the last special lexeme ended

    def run(self) -> Scan:
        text, handlers, search = self.text, self._HANDLERS, _STOP.search
        while stop := search(text, self.gap):
            at = stop.start()
            if at > self.gap and not self.parentheses:
                self._plain(self.gap, at)
            self.gap = handlers[text[at]](self, at)
        self._plain(self.gap, len(text))
        if self.start >= 0:
            self.found.closed &= not self.parentheses and not self.body.depth
            self._finish(len(text))
        return self.found

    def _lexeme(self, start: int, end: int) -> None:
        if self.start < 0:
            self.start = start
        self.end = end

    def _special(self, start: int, end: int | None) -> int:
        """Note a lexeme that is no word; one without an end runs to the end of the text."""
        if end is None:
            # The server has the better message for it.
            end = len(self.text)
            self.found.closed = False
        self._lexeme(start, end)
        self.body.see("")
        return end

    def _plain(self, begin: int, end: int) -> None:
        """Note the words, numbers and operators between two special lexemes."""
        piece = self.text[begin:end]
        stripped = piece.lstrip(lexeme.SPACE)
        if not stripped:
            return
        start = end - len(stripped)
        stripped = stripped.rstrip(lexeme.SPACE)
        self._lexeme(start, start + len(stripped))
        if self.openers:
            return
        self.words += lexeme.words_in(stripped)
        if is_routine(self.words[:4]):
            for plain in _PLAIN.findall(stripped.lower()):
                self.body.see(plain)

    def _string(self, at: int) -> int:
        prefix = self._prefix(at)
        escaped = prefix == "e" or (prefix in {"", "n"} and not self.found.standard)
        after = lexeme.after_escaped if escaped else lexeme.after_plain
        return self._special(at, after(self.text, at + 1))

    def _quoted_name(self, at: int) -> int:
        self._prefix(at)
        return self._special(at, lexeme.after_plain(self.text, at + 1, '"'))

    def _prefix(self, quote: int) -> str:
        """Return what is glued to the front of a quote, which is no word after all."""
        prefix = lexeme.quote_prefix(self.text, self.gap, quote)
        if prefix and not self.openers and self.words[-1:] == [prefix[0]]:
            self.words.pop()
        return prefix

    def _dollar(self, at: int) -> int:
        name_end = lexeme.after_name(self.text, self.gap, at)
        if name_end is not None:
            if self.words and not self.openers:
                self.words[-1] += self.text[at:name_end].lower()
            return self._special(at, name_end)
        return self._special(at, lexeme.after_dollar(self.text, at))

    def _open(self, at: int) -> int:
        self.openers.append(at)
        self.parentheses += self.text[at] == "("
        return self._special(at, at + 1)

    def _close(self, at: int) -> int:
        wanted = "(" if self.text[at] == ")" else "["
        if self.openers and (wanted == "(" or self.text[self.openers[-1]] == "["):
            while self.openers and self.text[self.openers.pop()] != wanted:
                pass
            self.parentheses = max(0, self.parentheses - (wanted == "("))
        return self._special(at, at + 1)

    def _slash(self, at: int) -> int:
        if not self.text.startswith("/*", at):
            return self._special(at, at + 1)
        end = lexeme.after_block(self.text, at + 2)
        if end is None:
            return self._special(at, None)
        self._comment(at, end)
        return end

    def _dash(self, at: int) -> int:
        if self.text.startswith("--", at):
            end = lexeme.after_line(self.text, at)
            self._comment(at, end)
            return end
        return self._special(at, at + 1)

    def _comment(self, at: int, end: int) -> None:
        if self.text.find(_MARK, at, end) < 0:
            return
        for line in self.text[at:end].splitlines():
            decoration, mark, word = line.partition(_MARK)
            if mark and not decoration.strip("-/* \t"):
                plain = self.text[at] == "-"
                word = word if plain else word.replace("*/", "")
                self.found.marks.append(Mark(at, word.strip(), plain))

    def _semicolon(self, at: int) -> int:
        if self.parentheses or self.body.depth:
            self._special(at, at + 1)
            self.body.see(";")
            return at + 1
        return self._finish(at) if self.start >= 0 else at + 1

    def _finish(self, semicolon: int) -> int:
        """Keep the statement that ends here, and look at what it means for what follows."""
        text, found = self.text, self.found
        statement = Statement(self.start, self.end, tuple(self.words))
        found.statements.append(statement)
        self.start, self.words, self.openers, self.parentheses = -1, [], [], 0
        self.body = Body()
        if copies_with_client(statement.words) == "from":
            return self._skip_rows(semicolon)
        standard = strings_after(text, statement, standard=found.standard)
        if standard != found.standard:
            found.standard = standard
            found.breaks.append(Break(len(found.statements) - 1, semicolon + 1))
        return semicolon + 1

    def _skip_rows(self, semicolon: int) -> int:
        rows = rows_below(self.text, semicolon)
        if not rows.alone:
            self.found.trailing.append(semicolon + 1)
        self.found.closed = rows.ended
        number = len(self.found.statements) - 1
        self.found.breaks.append(Break(number, rows.after, (rows.start, rows.end)))
        return rows.after

    def _meta(self, at: int) -> int:
        command = re.match(_META, self.text[at : at + _LONGEST])
        name = command.group() if command else "\\"
        if name in {"\\;", "\\:"}:
            self.found.psql_only.append(PsqlOnly(at, name))
            return at + 2
        # What follows on the line are its arguments, whatever they look like.
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        if name in _RESTRICT and self.start < 0:
            self.found.blanks.append((at, end))
        else:
            self.found.psql_only.append(PsqlOnly(at, name))
        return end

    def _colon(self, at: int) -> int:
        for operator in ("::", ":="):
            if self.text.startswith(operator, at):
                return self._special(at, at + 2)
        variable = re.match(_VARIABLE, self.text[at : at + _LONGEST])
        if variable is None or self._is_sql_colon(at):
            return self._special(at, at + 1)
        self.found.psql_only.append(PsqlOnly(at, variable.group()))
        return self._special(at, at + variable.end())

    def _is_sql_colon(self, at: int) -> bool:
        """Tell whether a single colon can be SQL: in a slice, or after a key of JSON_OBJECT.

        psql leaves a variable that is not set as it is, so a slice reaches the server untouched.
        """
        if not self.openers:
            return False
        opener = self.openers[-1]
        if self.text[opener] == "[":
            return True
        before = self.text[max(0, opener - _LONGEST) : opener]
        while self.text[at - 1] in lexeme.SPACE:
            at -= 1
        follows_key = self.text[at - 1] not in "(,:"
        return follows_key and re.search(_JSON_OBJECT, before, re.IGNORECASE) is not None

    # Not an instance's own: it would hold on to itself, and its text, until the collector comes.
    _HANDLERS: ClassVar[dict[str, Callable[["_Scanner", int], int]]] = {
        "'": _string,
        '"': _quoted_name,
        "$": _dollar,
        "(": _open,
        "[": _open,
        ")": _close,
        "]": _close,
        "\\": _meta,
        ":": _colon,
        ";": _semicolon,
        "/": _slash,
        "-": _dash,
    }
