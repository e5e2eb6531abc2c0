"""`invoke schema-diff` as a person types it: one version, two, as JSON, as Markdown, wrongly."""

import json

import pytest


async def test_two_versions_are_compared_and_one_with_the_version_before_it(shop):
    both = shop.passes("schema-diff v1.0 v1.1")
    assert both.startswith("schema    1.0 → 1.1\n")
    assert "~ table orders\n    + column note: text" in both
    alone = shop.passes("schema-diff 1.1")
    assert [line for line in alone.splitlines() if " s)" not in line] == [
        line for line in both.splitlines() if " s)" not in line
    ]
    assert shop.passes("schema-diff v1.1 v1.0").startswith("schema    1.1 → 1.0\n")
    assert "nothing to compare" in shop.passes("schema-diff v1.1 1.1")


async def test_it_is_data_for_a_machine_and_markdown_for_release_notes(shop):
    found = json.loads(shop.passes("schema-diff v1.0 v1.1 --json"))
    assert (found["before"], found["after"]) == ("1.0", "1.1")
    assert [one["name"] for one in found["differences"]] == ["orders.note"]
    again = json.loads(shop.passes("schema-diff --json v1.0 v1.1"))
    assert again["differences"] == found["differences"]
    text = shop.passes("schema-diff --markdown v1.1")
    assert text.startswith("### Schema, 1.0 → 1.1\n\n#### Table `orders`\n")
    assert "| + | column `note` |  | `text` |" in text


async def test_a_task_may_follow_it(shop):
    assert shop.passes("schema-diff v1.1 v1.1 server.status").count("\n") > 2
    assert "1.0 → 1.1" in shop.passes("schema-diff v1.1 server.status")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("v7", "There is no version 'v7'. Known: 1.0, 1.1"),
        ("v1.0 v7", "There is no version 'v7'. Known: 1.0, 1.1"),
        ("soon", "'soon' is not a version such as 0.4"),
        ("v1.0 soon", "'soon' is not a version such as 0.4"),
    ],
)
async def test_what_is_no_version_is_told(shop, words, told):
    assert told in shop.refused(f"schema-diff {words}", code=6)


async def test_what_is_no_command_is_told(shop):
    for words, code, told in (
        (["v1.1", "--json", "--markdown"], 2, "choose one of --json and --markdown"),
        ([], 1, "did not receive required positional arguments: 'version'"),
        (["v1.0", "v1.1", "v1.2"], 1, "No idea what 'v1.2' is"),
    ):
        done = shop.invoke("schema-diff", *words)
        assert done.returncode == code
        assert told in done.stderr


async def test_lists_that_do_not_run_from_nothing_are_told_with_the_file(shop):
    file = "shop/sql/v1.1/notes/01_note.sql"
    (shop.root / file).write_text("ALTER TABLE from_before ADD note text;\n")
    assert "do not run from nothing" in shop.refused("schema-diff v1.1", code=6)
