"""The round trip of a new table: from its migration to seeded rows, with one command between."""

import ast
import json

import pytest

FEES = """
CREATE TYPE fee_state AS ENUM ('open', 'paid');
CREATE TABLE fees (
    id uuid DEFAULT gen_random_uuid(),
    order_id uuid NOT NULL,
    state fee_state NOT NULL,
    payer_email text NOT NULL,
    amount numeric(8, 2) NOT NULL,
    due date NOT NULL,
    paid_at timestamptz,
    details jsonb NOT NULL,
    note varchar(20),
    CONSTRAINT pk_fees PRIMARY KEY (id),
    CONSTRAINT fk_fees_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
);
CREATE INDEX ix_fees_order ON fees (order_id);
CREATE TABLE reminders (
    fee_id uuid NOT NULL,
    number integer NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_reminders PRIMARY KEY (fee_id, number),
    CONSTRAINT fk_reminders_fee FOREIGN KEY (fee_id) REFERENCES fees (id) ON DELETE CASCADE
);
"""
ROWS = """
INSERT INTO fees (order_id, state, payer_email, amount, due, details)
SELECT id, 'open', 'payer' || row_number() OVER () || '@payers.example', total, '2024-05-05',
       '{"by": "Philippa Quackenbush"}' FROM orders;
INSERT INTO reminders (fee_id, number) SELECT id, 1 FROM fees;
"""
FEE_STATE = """

class FeeState(StrEnum):
    OPEN = "open"
    PAID = "paid"
"""
REGIONS = """
CREATE TABLE regions (name text, CONSTRAINT pk_regions PRIMARY KEY (name));
ALTER TABLE orders ADD COLUMN region_name text
    CONSTRAINT fk_orders_region REFERENCES regions (name) ON DELETE RESTRICT;
CREATE INDEX ix_orders_region ON orders (region_name);
"""
REGION = """

class Region(Base):
    __tablename__ = "regions"
    __table_args__ = (PrimaryKeyConstraint("name", name="pk_regions"),)
    name: Mapped[str] = mapped_column(Text)
    orders: Mapped[list[Order]] = relationship(
        back_populates="region", lazy="raise", passive_deletes="all"
    )
"""
ORDERS_REGION = (
    '    customer: Mapped["Customer"]',
    """\
    region_name: Mapped[str | None] = mapped_column(
        ForeignKey("regions.name", name="fk_orders_region", ondelete="RESTRICT")
    )
    region: Mapped["Region | None"] = relationship(back_populates="orders", lazy="raise")
    customer: Mapped["Customer"]""",
)
ORDERS_INDEX = 'Index("ix_orders_c', 'Index("ix_orders_region", "region_name"), Index("ix_orders_c'
LISTED = 'python_step("write_notes.py")'
CONFIG, ORDER, FACTORIES = (
    f"tests/database/{name}.py" for name in ("generate_test_data", "seed_test_db", "factories")
)
MANUAL = "tests/database/data/fees.py", "tests/database/data/reminders.py"


@pytest.fixture
def billed(shop):
    """Return the shop with two new tables in its lists and its models; phase 2 holds."""
    folder = shop.root / "shop/sql/v1.1/fees"
    folder.mkdir()
    (folder / "01_fees.sql").write_text(FEES, "utf-8")
    (folder / "02_rows.sql").write_text(ROWS, "utf-8")
    files = 'sql_file("fees/01_fees.sql"), sql_file("fees/02_rows.sql")'
    shop.edit("scripts/v1.1_migration/run_migrations.py", LISTED, f"{LISTED}, {files}")
    shop.passes("phase1")
    append(shop, "shop/db_enums.py", FEE_STATE)
    for table in ("fees", "reminders"):
        append(shop, "shop/models.py", f"\n\n{shop.passes(f'phase2 --suggest {table}')}")
    return shop


def append(shop, path, text):
    file = shop.root / path
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def contents(shop):
    """Return every file of the test data, with the time at which it was written."""
    files = (shop.root / "tests/database").rglob("*")
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in files
        if path.is_file() and path.suffix != ".pyc"
    }


def decide(shop):
    """Take the mark away around every rule, as somebody who agrees does."""
    text = decided = (shop.root / CONFIG).read_text("utf-8")
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "rules.undecided":
            marked, rule = (ast.get_source_segment(text, node) for node in (call, call.args[0]))
            decided = decided.replace(marked, rule)
    (shop.root / CONFIG).write_text(decided, "utf-8")


async def test_a_new_table_is_scaffolded_refused_decided_and_seeded(billed):
    said = billed.passes("scaffold fees reminders")
    assert "next: decide about these, then invoke phase3" in said
    assert "  - fees.payer_email" in said

    refused = billed.refused("generate", code=8)
    assert "8 columns marked as undecided" in refused
    assert "fees.payer_email (text) is undecided(email())" in refused
    assert "fees.order_id" not in refused  # it follows orders.id
    assert billed.status()["code"] == 13

    decide(billed)
    billed.passes("phase3")
    assert billed.status()["code"] == 0
    generated = (billed.root / "tests/database/data/auto_fees.py").read_text("utf-8")
    assert "@payers.example" not in generated
    assert "Quackenbush" not in generated
    rows = await billed.sql("SELECT payer_email FROM fees JOIN reminders ON fee_id = fees.id")
    assert len(rows) == 2


async def test_the_factories_that_it_writes_complete_manual_rows(billed):
    billed.passes("scaffold --all")
    for path, variable, row in (
        (MANUAL[0], "FEES_DATA", '{"note": "by hand"}'),
        (MANUAL[1], "REMINDERS_DATA", '{"number": 7}'),
    ):
        billed.edit(path, f"{variable} = []", f"{variable} = [{row}]")
    decide(billed)
    billed.passes("phase3")
    fees = await billed.sql("SELECT * FROM fees WHERE note = 'by hand'")
    assert [fee["payer_email"] for fee in fees] == ["person0@example.test"]
    assert await billed.sql("SELECT FROM reminders WHERE number = 7")


async def test_twice_changes_nothing(billed):
    billed.passes("scaffold --all")
    before = contents(billed)
    assert "everything is there already" in billed.passes("scaffold reminders fees")
    assert "no table is left out" in billed.passes("scaffold --all")
    assert contents(billed) == before


async def test_only_what_is_missing_is_written(billed):
    billed.passes("scaffold --all")
    order = (billed.root / ORDER).read_text("utf-8")
    billed.edit(ORDER, ', "reminders"', "")
    (billed.root / MANUAL[0]).unlink()
    told = json.loads(billed.passes("scaffold --all --json"))
    assert told["tables"] == ["fees", "reminders"]
    assert told["written"] == {
        MANUAL[0]: ["no manual rows yet"],
        ORDER: ["SEEDING_ORDER has reminders"],
    }
    assert (billed.root / ORDER).read_text("utf-8") == order


async def test_a_parent_without_a_factory_is_named_with_the_command(billed):
    before = contents(billed)
    said = billed.refused("scaffold reminders", code=8)
    assert "reminders refers to fees, which has no factory that builds rows" in said
    assert "next: invoke scaffold fees reminders" in said
    assert contents(billed) == before


async def test_what_it_cannot_add_to_is_shown_to_paste_and_nothing_is_written(billed):
    billed.edit(ORDER, '("customers", "orders")', 'tuple(["orders", "customers"][::-1])')
    before = contents(billed)
    said = billed.refused("scaffold --all", code=8)
    assert f"{ORDER} cannot be added to: SEEDING_ORDER ends in no tuple or list" in said
    assert '    "fees",\n' in said
    assert contents(billed) == before


async def test_a_new_parent_comes_before_what_refers_to_it(shop):
    append(shop, "shop/sql/v1.1/notes/01_note.sql", REGIONS)
    append(shop, "shop/models.py", REGION)
    shop.edit("shop/models.py", *ORDERS_REGION)
    shop.edit("shop/models.py", *ORDERS_INDEX)
    shop.passes("phase1")
    assert "agree with the database" in shop.passes("phase2")
    shop.passes("scaffold regions")
    assert '("customers", "regions", "orders")' in (shop.root / ORDER).read_text("utf-8")
    code = (shop.root / FACTORIES).read_text("utf-8")
    assert code.index("class RegionFactory") < code.index("class OrderFactory")
    assert "OrderFactory fills no region" in shop.invoke("status").stdout


async def test_names_that_are_no_tables_are_refused_with_the_near_ones(billed):
    said = billed.refused("scaffold fee", code=8)
    assert "Near: fees" in said
    assert "next: invoke scaffold fees" in said
    for given in ("scaffold", "scaffold fees --all"):
        done = billed.invoke(*given.split())
        assert done.returncode == 2
        assert "name a table, or ask for --all" in done.stderr
    done = billed.invoke("scaffold", " ")
    assert done.returncode == 8
    assert "needs the name of a table" in done.stderr


async def test_it_waits_for_the_models(billed):
    models = billed.root / "shop/models.py"
    whole = models.read_text("utf-8")
    models.write_text(whole[: whole.index("class Reminder")], "utf-8")
    assert "phase 2 (models) does not hold" in billed.refused("scaffold reminders", code=12)


async def test_a_table_without_a_class_is_told_how_to_get_one(shop):
    append(shop, "shop/sql/v1.1/notes/01_note.sql", "CREATE TABLE shelves (id integer NOT NULL);\n")
    shelves = (
        '\n\nSHELVES = Table("shelves", Base.metadata, Column("id", Integer, nullable=False))\n'
    )
    append(shop, "shop/models.py", f"\n\nfrom sqlalchemy import Column, Integer, Table{shelves}")
    shop.passes("phase1")
    assert "agree with the database" in shop.passes("phase2")
    said = shop.refused("scaffold shelves", code=9)
    assert "No class maps shelves" in said
    assert "next: invoke phase2 --suggest shelves" in said
