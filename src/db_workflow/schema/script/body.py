"""`BEGIN ATOMIC … END`: the one place where a semicolon outside quotes ends no statement."""


class Body:
    """How deep in such bodies a place is.

    In a body every statement ends with a semicolon, and none begins with END: so the END that
    closes the body is the one that follows a semicolon or the body's beginning. Any other closes a
    CASE, or is a name.
    """

    def __init__(self) -> None:
        self.depth = 0
        self._previous = ""

    def see(self, lexeme: str) -> None:
        """Note the next lexeme outside parentheses, in lower case."""
        if lexeme == "atomic" and self._previous == "begin":
            self.depth += 1
            lexeme = ";"
        elif lexeme == "end" and self._previous == ";" and self.depth:
            self.depth -= 1
        self._previous = lexeme
