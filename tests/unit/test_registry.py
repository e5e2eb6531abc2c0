"""What `models` in the settings may name."""

import pytest

from db_workflow.errors import ModelsError
from db_workflow.models.source.registry import load_models
from db_workflow.settings import load_settings

PROJECT = """
[tool.db_workflow]
project = "shop"
sql = "sql"
runners = "v{{version}}.py"
models = "shop_of_{name}:{name}"
enums = "shop_of_{name}"
test_data = "tests"
import_paths = ["."]
"""
MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class Dated(Base):
    __abstract__ = True


class User(Dated):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)


class Admin(User):
    pass
"""


@pytest.fixture
def load(tmp_path):
    """Return a function that loads the models by the name of their base."""

    def of(name):
        (tmp_path / "pyproject.toml").write_text(PROJECT.format(name=name))
        (tmp_path / f"shop_of_{name}.py").write_text(MODELS)
        return load_models(load_settings(tmp_path, environment={}))

    return of


@pytest.mark.parametrize("name", ["Base", "Dated"])
def test_a_base_and_what_is_derived_from_it_without_a_table_are_bases(load, name):
    assert load(name).base.__name__ == name


@pytest.mark.parametrize("name", ["User", "Admin"])
def test_a_class_with_a_table_is_refused_with_the_base_to_write(load, name):
    with pytest.raises(ModelsError, match=f"`models` names {name}, which maps a table") as caught:
        load(name)
    assert f'models = "shop_of_{name}:Base"' in caught.value.next
