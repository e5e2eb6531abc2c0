"""What has become of an object: as a sign, as a word, as a colour."""

from db_workflow.release.report.markup import Markup, tag

# As `catalog.report.MARKS` has them; nothing stands for what is as it was.
WORDS = {"+": "new", "-": "gone", "~": "changed", "→": "renamed"}
# A minus as wide as the plus.
SIGNS = {"+": "+", "-": "\N{MINUS SIGN}", "~": "~", "→": "→"}
CLASSES = {"+": "new", "-": "gone", "~": "changed", "→": "changed", "": ""}


def mark(sign: str) -> Markup:
    """Return a mark: its sign for the eye, its word for everybody."""
    return tag(
        "span",
        tag("span", SIGNS[sign], aria_hidden="true"),
        f" {WORDS[sign]}",
        class_=f"mark {CLASSES[sign]}",
    )
