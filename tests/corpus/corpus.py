"""Nasty but legal SQL: files written by hand, and files made where variants multiply.

Loaded by path, because tests are not a package: `runpy.run_path(…)["corpus"]()`. Every file is
valid on PostgreSQL 15 and later, in a transaction, after all files before it; and every file makes
tables of its own name, so that it is valid without them too.
"""

from pathlib import Path

HERE = Path(__file__).parent

# What a scanner may take for something else, by the name that its files bear.
CONTENTS = {
    "semicolon": "a;b",
    "commit": "; COMMIT; BEGIN",
    "line_comment": "a -- b; c",
    "block_comment": "a /* b; */ c",
    "open_comment": "a /* ;",
    "closed_comment": "; */ a",
    "dollars": "a $$ ; $b$ $1 c",
    "parentheses": "(a; [b {c",
    "closed_parentheses": "a); b] c}",
    "double_quote": 'a "; b',
    "variable": "a :b :'c' :\"d\" ::e;",
    "command": "a \\connect b \\; \\. c",
    "lines": "a;\n\n\\.\n-- b\n;c",
    "words": "create function f() begin atomic ; end; copy t from stdin;",
}
# Ways in which a text stands in a file; each makes one table and keeps the text in it.
PLACES = {
    "string": "CREATE TABLE {table} AS SELECT '{text}'::text AS a;\nSELECT 1;\n",
    "escape": "CREATE TABLE {table} AS SELECT E'\\'{escaped}\\\\'::text AS a;SELECT 1;\n",
    "unicode": "CREATE TABLE {table} AS SELECT U&'{slashed}\\003B'::text AS a;\nSELECT 1\n",
    "dollar": "CREATE TABLE {table} AS SELECT $q$'{text}\"$q$::text AS a;\n;SELECT 1;\n",
    "body": (
        "CREATE FUNCTION {table}_f() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN"
        " RETURN $q${text}$q$; END $f$;\nCREATE TABLE {table} AS SELECT {table}_f() AS a;\n"
    ),
    "atomic": (
        "CREATE FUNCTION {table}_f() RETURNS text BEGIN ATOMIC SELECT 1;\n"
        " SELECT '{text}'::text; END;\nCREATE TABLE {table} AS SELECT {table}_f() AS a;"
    ),
    "name": 'CREATE TABLE {table} AS SELECT 1 AS "{doubled}";\nTABLE {table};\n',
    "default": (
        "CREATE TABLE {table} (a text DEFAULT ('{text}'));INSERT INTO {table} DEFAULT VALUES\n;"
    ),
}
# Places where the text stays a comment, and must not end it.
COMMENTS = {
    "behind": "CREATE TABLE {table} (a int); -- {line}\nINSERT INTO {table} VALUES (1);",
    "before": (
        "/* {block} */CREATE TABLE {table} (a int/* {block} */);/*{block}*/ SELECT 1 /* {block} */"
    ),
}
BASE = (
    "-- {table}: it's here;\n"
    "CREATE TABLE {table} (a int, b text DEFAULT $$x\n;y$$);\n"
    "INSERT INTO {table} VALUES (1, 'one;\n\ntwo'), -- '\n  (2, E'a\\\nb');\n"
    "CREATE FUNCTION {table}_f() RETURNS int BEGIN ATOMIC\n SELECT 1; -- ;\n SELECT 2;\nEND;\n"
)
# How one text is written to disk.
BYTES = {
    "unix": lambda text: text.encode(),
    "windows": lambda text: text.replace("\n", "\r\n").encode(),
    "mixed": lambda text: text.replace("\n", "\r\n", 3).encode(),
    "marked": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "marked_windows": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "no_last_line": lambda text: text.rstrip(";\n").encode(),
    "many_lines": lambda text: text.replace("\n", "\n\n\n").encode(),
    "form_feeds": lambda text: text.replace(" ", " \f\t").encode(),
}
ROWS = ("1\t;a\n2\t'b\n", '1,";a"\n2,"b\n\n\'c"\n')
COPIES = {
    "text": "COPY {table} FROM stdin;\n{tabs}\\.\nSELECT 1;\n",
    "columns": "COPY {table} (a, b) FROM STDIN\n;\n{tabs}\\.\n",
    "to_the_end": "COPY {table} FROM stdin;\n{tabs}",
    "csv": "COPY {table} FROM stdin CSV;\n{commas}\\.\n\nSELECT 1;",
    "csv_options": "COPY {table} FROM stdin (FORMAT csv, HEADER false);\n{commas}\\.\n-- ;\n",
    "twice": "COPY {table} FROM stdin;\n{tabs}\\.\nCOPY {table} (a, b) FROM stdin;\n{tabs}\\.\n",
    "freeze": "COPY {table} FROM stdin (FREEZE) WHERE a > 1 AND b <> ';';\n{tabs}\\.\nSELECT 1;",
    "then_comment": "COPY {table} FROM stdin; -- {{;\n{tabs}\\.\n/* ; */SELECT 1;",
}


def corpus() -> dict[str, bytes]:
    """Return every file by name, in the order in which they run."""
    files = {path.name: path.read_bytes() for path in sorted((HERE / "special").glob("*.sql"))}
    for name, text in [*_quoted(), *_commented(), *_copied()]:
        files[f"{name}.sql"] = text.encode()
    for way, encode in BYTES.items():
        files[f"bytes_{way}.sql"] = encode(BASE.format(table=f"bytes_{way}"))
    for way in ("windows", "marked"):
        copy = f"CREATE TABLE rows_{way} (a int, b text);\nCOPY rows_{way} FROM stdin;\n1\ta\n\\.\n"
        files[f"rows_{way}.sql"] = BYTES[way](copy + f"INSERT INTO rows_{way} VALUES (2, 'b');\n")
    return files


def beyond_psql() -> dict[str, bytes]:
    """Return the legal files that psql itself takes apart wrongly, by name."""
    return {path.name: path.read_bytes() for path in sorted((HERE / "beyond_psql").glob("*.sql"))}


def _quoted():
    for kind, text in CONTENTS.items():
        for place, template in PLACES.items():
            table = f"{place}_{kind}"
            yield (
                table,
                template.format(
                    table=table,
                    text=text if "q$" in template else text.replace("'", "''"),
                    escaped=text.replace("\\", "\\\\").replace("'", "\\'"),
                    slashed=text.replace("\\", "\\\\").replace("'", "''"),
                    doubled=text.replace('"', '""'),
                ),
            )


def _commented():
    for kind, text in CONTENTS.items():
        for place, template in COMMENTS.items():
            table = f"{place}_{kind}"
            inside = text.replace("*/", "* /").replace("/*", "/ *")
            yield table, template.format(table=table, line=text.replace("\n", " "), block=inside)


def _copied():
    tabs, commas = ROWS
    for kind, template in COPIES.items():
        table = f"copy_{kind}"
        copy = template.format(table=table, tabs=tabs, commas=commas)
        yield table, f"CREATE TABLE {table} (a int, b text);\n{copy}"
