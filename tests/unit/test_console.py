"""Progress is readable in a log file and leaves nothing behind on a terminal."""

import io

from db_workflow.console import Console


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_file_gets_whole_lines_and_no_control_codes():
    stream = io.StringIO()
    console = Console(stream)
    console.say("one")
    console.progress("rows", 5, 10)
    assert stream.getvalue() == "one\n"  # progress comes every few seconds, not at once


def test_a_terminal_line_is_cleared_before_the_next_text():
    stream = Terminal()
    console = Console(stream)
    console._last = 0.0
    console.progress("rows", 5, 10)
    console.say("done")
    assert "rows: 5 of 10 (50 %)" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[2Kdone\n")
