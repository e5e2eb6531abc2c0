"""Differences as a tree and as Markdown: by table, with both values, whatever stands in them."""

import re

from db_workflow.catalog import SchemaObject, Snapshot, differences
from db_workflow.catalog.description import described
from db_workflow.catalog.markdown import block, code, markdown
from db_workflow.catalog.report import as_data, counted, grouped, tree
from db_workflow.catalog.values import shown


def table(name, **properties):
    return SchemaObject("table", name, None, {"form": "plain", **properties})


def column(name, position=1, **properties):
    owner = name.rpartition(".")[0]
    fixed = {"type": "text", "nullable": True, "position": position}
    return SchemaObject("column", name, owner, {**fixed, **properties})


def index(name, owner, *elements, **properties):
    definition = f"CREATE INDEX {name} ON {owner} {elements} {properties}"
    fixed = {"definition": definition, "valid": True, "unique": False, "method": "btree"}
    return SchemaObject("index", name, owner, {**fixed, "elements": list(elements), **properties})


def view(name, definition):
    return SchemaObject("view", name, None, {"definition": definition})


def groups(before, after, *, renames=True):
    old, new = Snapshot.of(before), Snapshot.of(after)
    return grouped(differences(old, new, renames=renames), old, new, schema="public")


LONG = " SELECT id,\n    email\n   FROM users\n  WHERE {};"
BEFORE = (
    table("users"),
    column("users.id", 1, type="uuid", nullable=False),
    column("users.email", 2),
    column("users.name", 3),
    index("ix_users_email", "users", {"column": "email"}),
    table("gone"),
    column("gone.x"),
    view("active", LONG.format("x")),
)
AFTER = (
    table("users", comment="who may log in"),
    column("users.id", 1, type="uuid", nullable=False, default="gen_random_uuid()"),
    column("users.email", 2, type="citext", nullable=False),
    column("users.full_name", 3),
    index("ix_users_email", "users", {"column": "email", "order": "descending"}, unique=True),
    table("devices"),
    column("devices.id", 2, type="bigint", identity="always", nullable=False),
    column("devices.user_id", 1, type="uuid"),
    index("ix_devices", "devices", {"expression": "lower(name)"}, predicate="(x > 0)"),
    view("active", LONG.format("y")),
)


def test_the_tree_has_a_line_a_change_below_its_table_with_both_values():
    assert tree(groups(BEFORE, AFTER)).splitlines() == [
        "+ table devices",
        "    + column user_id: uuid",
        "    + column id: bigint not null identity always",
        "    + index ix_devices: (lower(name)) where (x > 0)",
        "- table gone",
        "    - column x: text",
        "~ table users: comment none → who may log in",
        "    ~ column email: nullable yes → no; type text → citext",
        "    ~ column id: default none → gen_random_uuid()",
        "    → column name is now full_name",
        "    ~ index ix_users_email: elements email → email descending; unique no → yes",
        "~ view active",
        "    definition:",
        "            FROM users",
        "        -  WHERE x;",
        "        +  WHERE y;",
    ]


def test_the_counts_name_each_sort_of_change_that_there_is():
    found = differences(Snapshot.of(BEFORE), Snapshot.of(AFTER), renames=True)
    assert counted(found) == "1 new, 1 gone, 5 changed, 1 renamed"


def test_the_markdown_has_a_heading_a_table_and_fences_for_what_is_long():
    text = markdown(groups(BEFORE, AFTER))
    assert re.findall("^#.*$", text, re.MULTILINE) == [
        "#### New table `devices`",
        "#### Removed table `gone`",
        "#### Table `users`",
        "#### View `active`",
    ]
    assert "| ~ | column `email`: type | `text` | `citext` |" in text
    assert "| → | column | `name` | `full_name` |" in text
    assert "| column | `id` | `bigint not null identity always` |" in text
    assert "```diff\n    FROM users\n-  WHERE x;\n+  WHERE y;\n```" in text


def test_a_renamed_table_stands_under_its_new_name_with_what_else_changed_in_it():
    old = (table("a"), column("a.x"), index("i", "a", {"column": "x"}))
    new = (table("b"), column("b.x"), index("j", "b", {"column": "x"}))
    assert tree(groups(old, new)).splitlines() == [
        "→ table a is now b",
        "    → index i is now j",
    ]
    assert markdown(groups(old, new)).startswith("#### Table `b`, until now `a`\n\n| |")


def test_schemas_have_headings_where_there_are_several():
    old = (SchemaObject("schema", "public", None, {}), table("a"), column("a.x"))
    new = (*old, SchemaObject("schema", "app", None, {}), table("app.b"), column("app.b.y"))
    changed = (*new[:2], column("a.x", type="int"), *new[3:])
    assert tree(groups(old, changed)).splitlines() == [
        "schema public",
        "  ~ table a",
        "      ~ column x: type text → int",
        "schema app",
        "  + schema app",
        "  + table app.b",
        "      + column y: text",
    ]
    assert "### Schema `app`" in markdown(groups(old, changed))


def test_markdown_is_not_broken_by_what_stands_in_names_and_values():
    odd = '"a|b`c"'
    old = (table(odd), column(f"{odd}.x"))
    new = (table(odd), column(f"{odd}.x", default="'``|\n# no heading'"))
    text = markdown(groups(old, new))
    rows = [line for line in text.splitlines() if line.startswith("| ~")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert re.findall("^#.*$", text, re.MULTILINE) == [f"#### Table ``{odd}``"]
    assert block(["```", "x"], "sql") == "````sql\n```\nx\n````"
    assert code("`") == "`` ` ``"


def test_grants_and_sequences_are_told_entry_by_entry():
    old = (table("a", grants={"app": ["SELECT"], "PUBLIC": ["SELECT"]}), column("a.x"))
    new = (table("a", grants={"app": ["ALL"], "PUBLIC": ["SELECT"]}), column("a.x", sequence={
        "start": "1", "cycles": True}))  # fmt: skip
    old = (old[0], column("a.x", sequence={"start": "5", "cycles": True}))
    assert tree(groups(old, new)).splitlines() == [
        "~ table a: grants of app SELECT → ALL",
        "    ~ column x: sequence start 5 → 1",
    ]


def test_values_are_told_in_words():
    assert [shown(one) for one in (None, True, False, "", [], ["a", "b"], {"x": ["y"]}, 3)] == [
        *("none", "yes", "no", "''", "nothing", "a, b", "x y", "3")
    ]
    assert (
        shown(
            {
                "column": "x",
                "collation": '"C"',
                "operator class": "text_pattern_ops",
                "operator class options": ["siglen=8"],
                "order": "descending",
                "nulls": "last",
                "operator": "=(text,text)",
            }
        )
        == 'x COLLATE "C" text_pattern_ops (siglen=8) descending nulls last with =(text,text)'
    )


def test_an_object_is_described_by_all_that_is_not_as_usual():
    usual = {"type": "bigint", "increment": "1", "minimum": "1", "start": "1", "cache": "1",
             "maximum": "9223372036854775807", "cycles": False}  # fmt: skip
    down = {"increment": "-2", "minimum": "-9223372036854775808", "maximum": "-1", "start": "-1"}
    cases = [
        ("sequence", usual, ""),
        ("sequence", {**usual, **down}, "increment -2"),
        (
            "sequence",
            {**usual, "minimum": "5", "start": "5", "cycles": True, "owned by": "a.x"},
            "minimum 5 cycles; owned by a.x",
        ),
        ("enum", {"labels": ["a", "b"], "comment": "c"}, "a, b; comment: c"),
        (
            "column",
            {"type": "integer", "nullable": False, "identity": "always", "sequence": {
                **usual, "type": "integer", "maximum": "2147483647", "start": "10"}},
            "integer not null identity always (start 10)",
        ),
        (
            "column",
            {"type": "text", "collation": '"C"', "sequence grants": {"app": ["USAGE"]}},
            'text collate "C"; sequence granted USAGE to app',
        ),
        ("column", {"type": "text", "not null": "not valid"}, "text not null not valid"),
        (
            "domain",
            {"type": "text", "nullable": False, "default": "''", "checks": ["a CHECK (x)"]},
            "text not null default '' constraint a CHECK (x)",
        ),
        ("composite type", {"attributes": ["a integer", "b text"]}, "(a integer, b text)"),
        ("table", {"partitioned by": "RANGE (d)"}, "partition by RANGE (d)"),
        (
            "table",
            {"persistence": "unlogged", "parents": ["a"], "partition bound": "DEFAULT"},
            "unlogged partition of a DEFAULT",
        ),
        ("table", {"parents": ["a", "b"], "row security": "on"}, "inherits a, b; row security on"),
        ("table", {"grants": {"PUBLIC": []}}, "granted nothing to PUBLIC"),
        (
            "policy",
            {"command": "select", "permissive": False, "roles": ["app"], "using": "(x)"},
            "restrictive for select to app using (x)",
        ),
        ("trigger", {"definition": "CREATE TRIGGER", "enabled": "yes"}, "CREATE TRIGGER"),
        ("trigger", {"definition": "CREATE", "enabled": "no"}, "CREATE; enabled no"),
        (
            "constraint",
            {"definition": "UNIQUE (a)", "columns": ["a"], "options": ["fillfactor=70"]},
            "UNIQUE (a); options fillfactor=70",
        ),
    ]  # fmt: skip
    assert [described(kind, facts).line for kind, facts, _ in cases] == [one for *_, one in cases]


def test_what_has_several_lines_stands_below_what_it_belongs_to_and_in_fences():
    check = "CHECK ((x > 0)\n AND y)"
    fixed = {"type": "check", "validated": True, "definition": check}
    new = (
        table("a", comment="one\ntwo"),
        column("a.x"),
        SchemaObject("constraint", "a.ck", "a", fixed),
    )
    assert tree(groups((), new)).splitlines() == [
        "+ table a",
        "    comment:",
        "        one",
        "        two",
        "    + column x: text",
        "    + constraint ck",
        "        definition:",
        "            CHECK ((x > 0)",
        "             AND y)",
    ]
    text = markdown(groups((), new))
    assert "Comment:\n\n```\none\ntwo\n```" in text
    assert "| constraint | `ck` | see below |" in text
    assert f"Constraint `ck`, definition:\n\n```sql\n{check}\n```" in text
    added = markdown(groups(new[:2], new))
    assert "| + | constraint `ck` |  | see below |" in added
    assert f"```sql\n{check}\n```" in added


def test_what_is_gone_is_told_as_whole_as_what_is_new():
    left = markdown(groups(BEFORE, AFTER))
    assert "#### Removed table `gone`\n\n| | name | |\n|---|---|---|\n| column | `x` |" in left


def test_columns_of_an_index_are_quoted_where_sql_needs_it():
    element = index("i", "a", {"column": "Cost"}, {"column": "order"}, include=["a b"])
    printed = {"definition": 'CREATE INDEX i ON a ("Cost", "order") INCLUDE ("a b")'}
    text = described("index", {**element.properties, **printed}).line
    assert text == '("Cost", "order") include ("a b")'
    (found,) = differences(
        Snapshot.of((table("a"), index("i", "a", {"column": "x"}))),
        Snapshot.of((table("a"), index("i", "a", {"column": "X"}))),
    )
    assert [(one.expected, one.actual) for one in found.values] == [("x", '"X"')]


def test_a_schema_of_mixed_case_is_one_group_whether_its_name_is_printed_with_quotes_or_not():
    schemas = tuple(SchemaObject("schema", name, None, {}) for name in ('"Sales"', "other"))
    new = (*schemas, table("a"), column("a.x"), table("other.b"), column("other.b.x"))
    found = differences(Snapshot(()), Snapshot.of(new))
    told = tree(grouped(found, Snapshot(()), Snapshot.of(new), schema="Sales")).splitlines()
    assert [line for line in told if line.startswith("schema")] == ["schema Sales", "schema other"]


def test_what_is_absent_goes_by_its_name():
    old = table("a", grants={"PUBLIC": [], "app": ["SELECT"]}), column("a.x", collation='"C"')
    new = table("a", **{"replica identity": "nothing"}), column("a.x")
    assert tree(groups(old, new)).splitlines() == [
        (
            "~ table a: grants of PUBLIC nothing → as usual; grants of app SELECT → none;"
            " replica identity default → nothing"
        ),
        '    ~ column x: collation "C" → default',
    ]


def test_a_difference_is_data_for_a_machine():
    found = differences(Snapshot.of(BEFORE), Snapshot.of(AFTER), renames=True)
    renamed = next(as_data(one) for one in found if one.change == "renamed")
    assert (renamed["name"], renamed["actual_name"]) == ("users.name", "users.full_name")
    assert as_data(found[0])["actual_name"] is None
