"""Differences as a tree and as Markdown: by table, with both values, whatever stands in them."""

import re

from db_workflow.catalog import SchemaObject, Snapshot, differences
from db_workflow.catalog.markdown import block, code, markdown
from db_workflow.catalog.report import as_data, counted, grouped, tree
from db_workflow.catalog.values import shown, summary


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
    assert summary("sequence", {"type": "bigint"}) == ""
    assert summary("enum", {"labels": ["a", "b"]}) == "a, b"


def test_a_difference_is_data_for_a_machine():
    found = differences(Snapshot.of(BEFORE), Snapshot.of(AFTER), renames=True)
    renamed = next(as_data(one) for one in found if one.change == "renamed")
    assert (renamed["name"], renamed["actual_name"]) == ("users.name", "users.full_name")
    assert as_data(found[0])["actual_name"] is None
