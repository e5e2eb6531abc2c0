"""Written anew, the factories of this repository fill every column as the database wants it."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from db_workflow.modules import load_file
from db_workflow.scaffold.drafts import Existing
from db_workflow.scaffold.factory import FactoryWriter, full_name
from db_workflow.scaffold.imports import Imports
from db_workflow.settings import load_settings
from db_workflow.testdata.declared.declarations import load_factories
from db_workflow.testdata.factories import undeclared_columns
from db_workflow.testdata.structure import read_structure
from efficient_tutor_backend.database.models import Base, User

SETTINGS = load_settings(Path(__file__).parents[2], environment={})
FILE = SETTINGS.test_data / "factories.py"
MAPPERS = {
    full_name(mapper): mapper
    for mapper in Base.registry.mappers
    if mapper.class_ is not User  # nobody is a user and nothing else
}
IMPORTS = "from decimal import Decimal\nfrom factory import LazyFunction\n"
CHECK_VIOLATION = "23514"


@pytest.mark.parametrize("table", sorted(MAPPERS))
async def test_a_factory_written_anew_builds_rows(db_session, table):
    connection = await db_session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    structure = await read_structure(driver, schemas=SETTINGS.schemas)
    writer = FactoryWriter(
        "NewFactory",
        MAPPERS[table],
        structure[table],
        Existing((), (), load_factories(SETTINGS)).known(),
        Imports(FILE.read_text("utf-8") + IMPORTS),
        width=100,
    )
    code = writer.code()
    space = dict(vars(load_file(FILE, settings=SETTINGS)))
    exec(IMPORTS + code, space)  # noqa: S102 - it was written a line above
    made = space["NewFactory"]
    assert writer.open == []
    assert undeclared_columns(made) == []
    try:
        await made.create(db_session)
    except IntegrityError as error:
        # What a CHECK wants, the class says in a comment; only a person can turn it into values.
        assert error.orig.sqlstate == CHECK_VIOLATION
        assert "    # CHECK (" in code
