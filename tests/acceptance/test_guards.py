"""Every step out of order is refused: found, why, next, the phase's exit code, nothing changed."""

import asyncio

import pytest


@pytest.mark.parametrize("task", ["codegen", "phase2", "generate", "seed", "phase3"])
async def test_before_phase_1_every_later_step_is_refused(shop, task):
    said = shop.refused(task, code=11)
    assert "why:" in said
    assert "next: invoke phase1" in said


async def test_migrate_before_reset_is_refused(shop):
    assert "next: invoke phase1" in shop.refused("migrate", code=11)


@pytest.mark.parametrize("task", ["generate", "seed", "phase3"])
async def test_before_phase_2_test_data_is_refused(shop, task):
    shop.edit("shop/models.py", "    note: Mapped[str | None] = mapped_column(Text)\n", "")
    shop.passes("phase1")
    said = shop.refused(task, code=12)
    assert "note" in said
    assert not list((shop.root / "tests/database/data").glob("auto_*"))
    assert len(await shop.sql("SELECT * FROM customers")) == 2


async def test_seeding_before_generating_is_refused(shop):
    shop.passes("phase1")
    said = shop.refused("seed", code=13)
    assert "auto_customers.py" in said
    assert len(await shop.sql("SELECT * FROM customers")) == 2


async def test_generating_from_a_seeded_database_is_refused(shop):
    shop.passes("phase1", "phase3")
    said = shop.refused("generate", code=11)
    assert "invoke phase1" in said


async def test_generating_from_an_emptied_database_is_refused(shop):
    shop.passes("phase1", "phase3", "phase1")
    files = {path: path.read_bytes() for path in shop.root.rglob("auto_*.py")}
    cleared = shop.run("tests/database/seed_test_db.py", "--clear")
    assert cleared.returncode == 0, cleared.stderr
    shop.refused("generate", code=11)
    assert {path: path.read_bytes() for path in shop.root.rglob("auto_*.py")} == files


async def test_looking_while_another_terminal_works_never_crashes(shop):
    working = asyncio.create_task(asyncio.to_thread(shop.invoke, "phase1"))
    while not working.done():
        looked = await asyncio.to_thread(shop.invoke, "status")
        assert "Traceback" not in looked.stderr
        assert looked.returncode in {0, 11, 12, 13}, looked.stderr
    assert working.result().returncode == 0


async def test_seeding_twice_gives_the_same_rows(shop):
    shop.passes("phase1", "phase3")
    rows = await shop.sql("SELECT * FROM orders ORDER BY id")
    shop.passes("seed", "phase3")
    assert await shop.sql("SELECT * FROM orders ORDER BY id") == rows
    assert shop.status()["code"] == 0


async def test_an_edited_migration_makes_phase_1_fall_back(shop):
    shop.passes("phase1", "phase3")
    shop.edit("shop/sql/v1.1/notes/01_note.sql", "note text", "note text, ADD COLUMN extra int")
    status = shop.status()
    assert status["code"] == 11
    assert any("01_note.sql" in fact["fact"] for fact in status["phases"][0]["evidence"])
    assert "invoke phase1" in shop.refused("seed", code=11)


async def test_a_new_file_in_the_list_makes_phase_1_fall_back(shop):
    shop.passes("phase1", "phase3")
    (shop.root / "shop/sql/v1.1/notes/02_more.sql").write_text("ALTER TABLE orders ADD more int;")
    shop.edit(
        "scripts/v1.1_migration/run_migrations.py",
        'python_step("write_notes.py")',
        'python_step("write_notes.py"), sql_file("notes/02_more.sql")',
    )
    assert shop.status()["code"] == 11


async def test_a_column_dropped_by_hand_makes_phase_1_fall_back(shop):
    shop.passes("phase1", "phase3")
    await shop.sql("ALTER TABLE orders DROP COLUMN note")
    status = shop.status()
    assert status["code"] == 11
    assert status["next"] == "invoke phase1"


async def test_an_enum_value_added_by_hand_makes_phase_1_fall_back(shop):
    shop.passes("phase1", "phase3")
    await shop.sql("ALTER TYPE colour ADD VALUE 'blue'")
    assert shop.status()["code"] == 11


async def test_an_enum_value_that_python_does_not_know_makes_phase_2_fall_back(shop):
    shop.edit("shop/sql/v1.0/orders/01_customers.sql", "'green'", "'green', 'blue'")
    await shop.sql("ALTER TYPE colour ADD VALUE 'blue'", database=shop.production)
    # Production was changed in step with the file, as a rebased list would: adopt its checksum.
    await _adopt(shop, "01_customers.sql")
    shop.passes("phase1")
    status = shop.status()
    assert status["code"] == 12
    assert any("blue" in fact["fact"] for fact in status["phases"][1]["evidence"])


async def test_touched_models_make_phase_2_fall_back(shop):
    shop.passes("phase1", "phase3")
    shop.edit("shop/models.py", "Numeric(10, 2)", "Numeric(10, 3)")
    assert shop.status()["code"] == 12
    said = shop.invoke("phase2")
    assert said.returncode == 12
    assert "total" in said.stdout
    shop.edit("shop/models.py", "Numeric(10, 3)", "Numeric(10, 2)")
    assert shop.status()["code"] == 0


async def test_models_that_do_not_import_are_told_with_their_line(shop):
    shop.passes("phase1")
    shop.edit("shop/models.py", "class Order(Base):", "class Order(Bass):")
    status = shop.status()
    assert status["code"] == 12
    assert any("Bass" in fact["fact"] for fact in status["phases"][1]["evidence"])


async def test_a_changed_rule_makes_phase_3_fall_back(shop):
    shop.passes("phase1", "phase3")
    shop.edit("tests/database/generate_test_data.py", "rules.text()", "rules.null()")
    status = shop.status()
    assert status["code"] == 13
    assert "auto_orders.py" in str(status["phases"][2]["evidence"])


async def test_an_unclassified_column_is_refused_with_its_name(shop):
    shop.passes("phase1")
    shop.edit("tests/database/generate_test_data.py", ', "email": rules.email()', "")
    done = shop.invoke("generate")
    assert done.returncode != 0
    assert "customers, into its columns:" in done.stderr
    assert '"email": rules.email(),' in done.stderr
    assert not list((shop.root / "tests/database/data").glob("auto_*"))


async def test_a_deleted_generated_file_makes_phase_3_fall_back(shop):
    shop.passes("phase1", "phase3")
    (shop.root / "tests/database/data/auto_orders.py").unlink()
    status = shop.status()
    assert status["code"] == 13
    assert "auto_orders.py" in str(status["phases"][2]["evidence"])
    shop.refused("seed", code=13)


async def test_an_edited_generated_file_makes_phase_3_fall_back(shop):
    shop.passes("phase1", "phase3")
    shop.edit("tests/database/data/auto_orders.py", "9.99", "8.88")
    assert shop.status()["code"] == 13
    shop.refused("seed", code=13)


async def test_a_row_changed_by_hand_makes_phase_3_fall_back(shop):
    shop.passes("phase1", "phase3")
    await shop.sql("UPDATE orders SET total = total + 1")
    assert shop.status()["code"] == 13
    assert shop.status()["next"] == "invoke seed"
    shop.passes("seed")
    assert shop.status()["code"] == 0


async def _adopt(shop, name):
    """Write the file's checksum and the schema's fingerprint as production's own."""
    from db_workflow.catalog import read_snapshot
    from db_workflow.connection import session
    from db_workflow.schema.plan import load_plan
    from db_workflow.state import recall, record

    (entry,) = [entry for entry in load_plan(shop.settings).entries if entry.name.endswith(name)]
    async with session(shop.server.address.at(shop.production), purpose="test") as connection:
        await connection.execute(
            "UPDATE db_workflow.migration SET checksum = $1 WHERE name = $2",
            entry.checksum,
            entry.name,
        )
        schema = await recall(connection, "schema")
        snapshot = await read_snapshot(connection, schemas=("public",))
        await record(connection, "schema", {**schema, "fingerprint": snapshot.fingerprint})
