"""Phase 2 as a user types it: what to write, whole classes, and conventions that are not yours."""

import ast
import json
import re

NOTE = "    note: Mapped[str | None] = mapped_column(Text)\n"


async def test_phase2_shows_the_line_to_write_and_where(shop):
    shop.passes("phase1")
    assert "agree with the database" in shop.passes("phase2")
    shop.edit("shop/models.py", NOTE, "")
    done = shop.invoke("phase2")
    assert done.returncode == 12, done.stderr
    assert re.search(r"shop/models.py:\d+: column orders.note", done.stdout)
    assert "note: Mapped[str | None]" in done.stdout
    told = json.loads(shop.invoke("phase2", "--json").stdout)
    assert not told["agrees"]
    assert "note: Mapped[str | None]" in told["findings"][0]["write"]


async def test_a_whole_class_is_printed_alone_and_can_be_put_into_the_models(shop):
    shop.passes("phase1")
    done = shop.invoke("phase2", "--suggest", "orders")
    assert done.returncode == 0, done.stderr
    tree = ast.parse(done.stdout)
    assert "Order" in [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert "colour: Mapped[Colour]" in done.stdout
    assert done.stderr == ""
    told = json.loads(shop.invoke("phase2", "--suggest", "public.orders", "--json").stdout)
    assert told["table"] == "public.orders"
    assert told["code"].strip() == done.stdout.strip()


async def test_a_class_that_was_lost_comes_back_by_suggestion(shop):
    shop.passes("phase1")
    models = shop.root / "shop/models.py"
    whole = models.read_text("utf-8")
    before, _, _ = whole.partition("class Order(Base)")
    models.write_text(before, "utf-8")
    assert "Order" in shop.refused("phase2", code=9)
    suggested = shop.invoke("phase2", "--suggest", "orders").stdout
    models.write_text(f"{before}\n\n{suggested}", "utf-8")
    assert "agree with the database" in shop.passes("phase2")


async def test_suggestions_do_not_need_models_that_import(shop):
    shop.passes("phase1")
    (shop.root / "shop/models.py").write_text("class Base(:\n", "utf-8")
    done = shop.invoke("phase2", "--suggest", "customers")
    assert done.returncode == 0, done.stderr
    assert "class Customer(Base):" in done.stdout
    ast.parse(done.stdout)
    assert "shop/models.py:1" in done.stderr
    assert "guessed" in done.stderr


async def test_what_the_models_print_is_not_taken_for_code(shop):
    shop.passes("phase1")
    models = shop.root / "shop/models.py"
    models.write_text(f"print('hello!')\n{models.read_text('utf-8')}", "utf-8")
    done = shop.invoke("phase2", "--suggest", "customers")
    assert "hello!" not in done.stdout
    assert "hello!" in done.stderr


async def test_a_table_that_is_not_there_is_refused_with_the_near_ones(shop):
    shop.passes("phase1")
    said = shop.refused("phase2 --suggest order", code=9)
    assert "Near: orders" in said
    assert "next: invoke phase2 --suggest orders" in said
    assert "customers" in shop.refused("phase2 --suggest Customers", code=9)
    shop.refused("phase2 --suggest zzz", code=9)
    empty = shop.invoke("phase2", "--suggest", "")
    assert empty.returncode == 9
    assert "needs the name of a table" in empty.stderr


async def test_what_gets_no_class_is_refused(shop):
    (shop.root / "shop/sql/v1.1/notes/01_note.sql").write_text(
        "ALTER TABLE orders ADD COLUMN note text;\n"
        "CREATE VIEW totals AS SELECT sum(total) FROM orders;\n"
        "CREATE TABLE days (day date) PARTITION BY RANGE (day);\n"
        "CREATE TABLE days_2020 PARTITION OF days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
    )
    shop.passes("phase1")
    assert "view" in shop.refused("phase2 --suggest totals", code=9)
    assert "partition" in shop.refused("phase2 --suggest days_2020", code=9)


async def test_suggestions_wait_for_phase_1(shop):
    assert "next: invoke phase1" in shop.refused("phase2 --suggest orders", code=11)


async def test_a_convention_that_is_not_kept_says_its_name_and_how_to_switch_it_off(shop):
    shop.passes("phase1")
    shop.edit("shop/models.py", "class Order(", "class Purchase(")
    shop.edit("shop/models.py", 'list["Order"]', 'list["Purchase"]')
    done = shop.invoke("phase2")
    assert done.returncode == 12, done.stderr
    assert "class Purchase maps table orders (class-names:" in done.stdout
    assert 'conventions_exclude = ["class-names"]' in done.stdout
    shop.edit(
        "shop/models.py",
        "class Purchase(Base):",
        "class Purchase(Base):  # db_workflow: allow class-names",
    )
    assert "agree with the database" in shop.passes("phase2")
    shop.edit("shop/models.py", "allow class-names", "allow class-names, class-nmae")
    assert "`allow class-nmae` names no convention; near: class-names" in shop.passes("phase2")
    shop.edit("shop/models.py", "  # db_workflow: allow class-names, class-nmae", "")
    shop.edit("pyproject.toml", "lock_wait", 'conventions_exclude = ["class-names"]\nlock_wait')
    assert "agree with the database" in shop.passes("phase2")


async def test_a_convention_that_there_is_not_is_refused_with_the_near_ones(shop):
    shop.passes("phase1")
    shop.edit("pyproject.toml", "lock_wait", 'conventions_exclude = ["class-name"]\nlock_wait')
    said = shop.refused("phase2", code=2)
    assert "Near: class-names" in said
    assert "invoke phase2 --rules" in said
    assert "? class-name: " in shop.passes("phase2 --rules")
    assert "class-names" in shop.invoke("status").stdout


def test_the_conventions_are_listed_without_a_database(shop):
    listed = shop.passes("phase2 --rules")
    assert "✓ relationships-both-sides" in listed
    assert "why:" in listed
    shop.edit("pyproject.toml", "lock_wait", 'conventions_exclude = ["exact-money"]\nlock_wait')
    assert "- exact-money" in shop.passes("phase2 --rules")
    rules = json.loads(shop.passes("phase2 --rules --json"))["conventions"]
    assert [rule["name"] for rule in rules if not rule["on"]] == ["exact-money"]
    both = shop.invoke("phase2", "--rules", "--suggest", "orders")
    assert both.returncode == 2
    assert "one at a time" in both.stderr
