"""The list of rules, and how a repository switches some of them off."""

import json
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from db_workflow.errors import SettingsError
from db_workflow.models.conventions import (
    RULES,
    check_conventions,
    judge_conventions,
    list_conventions,
    rules_in_use,
)
from db_workflow.models.source.places import Places
from db_workflow.models.source.registry import Models
from db_workflow.settings import load_settings

PROJECT = """
[tool.db_workflow]
project = "shop"
sql = "sql"
runners = "v{version}.py"
models = "excused:Base"
enums = "excused"
test_data = "tests"
import_paths = ["."]
"""
MODELS = """
from datetime import datetime
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Seen:
    first: Mapped[datetime]  # db_workflow: allow timestamps-with-time-zone (by hand)
    last: Mapped[datetime]


class Visit(
    Seen, Base
):  # db_workflow: allow class-names, exact-money
    __tablename__ = "visit"
    id: Mapped[int] = mapped_column(primary_key=True)
    begun: Mapped[datetime] = mapped_column(
        nullable=True,  # db_workflow: allow timestamps-with-time-zone
    )
    ended: Mapped[datetime]
    price: Mapped[float]


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(doc="# db_workflow: allow class-names")
"""


@pytest.fixture
def settings(tmp_path):
    """Return a function that reads settings with more lines."""

    def read(more=""):
        (tmp_path / "pyproject.toml").write_text(PROJECT + more)
        return load_settings(tmp_path, environment={})

    return read


@pytest.fixture
def excused(tmp_path, monkeypatch):
    """Return models whose comments excuse some of their breaches."""
    path = tmp_path / "excused.py"
    path.write_text(MODELS)
    spec = spec_from_file_location("excused", path)
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "excused", module)
    spec.loader.exec_module(module)
    module.Base.registry.configure()
    return Models(module.Base, path, (), path, ())


def test_every_rule_has_a_name_of_its_own_a_line_and_a_reason():
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
        assert rule.rule
        assert rule.why


def test_a_well_kept_model_breaks_nothing(base, family):
    family(ondelete="CASCADE")
    base.registry.configure()
    assert check_conventions(base) == ()


def test_a_breach_says_which_rule_and_why(base, model):
    model("Users", "users")
    (found,) = check_conventions(base)
    (rule,) = [one for one in RULES if one.name == "class-names"]
    assert str(found) == f"class Users maps table users (class-names: {rule.why})"


def test_every_rule_is_kept_unless_the_settings_say_otherwise(settings):
    assert rules_in_use(settings()) == RULES
    off = settings('conventions_exclude = ["class-names", "exact-money"]')
    left = {rule.name for rule in RULES} - {rule.name for rule in rules_in_use(off)}
    assert left == {"class-names", "exact-money"}


def test_a_misspelled_rule_is_refused_with_the_near_ones(settings):
    wrong = settings('conventions_exclude = ["class_name", "zzz"]')
    with pytest.raises(SettingsError, match="class_name, zzz") as caught:
        rules_in_use(wrong)
    assert caught.value.data == {"unknown": ["class_name", "zzz"], "near": ["class-names"]}


def test_comments_excuse_what_they_stand_beside_and_nothing_else(settings, excused):
    here = settings()
    found = judge_conventions(excused.base, settings=here, places=Places(excused, here)).breaches
    assert {one.what for one in found} == {
        "class Page maps table page",
        "column visit.last has no time zone",
        "column visit.ended has no time zone",
    }


def test_settings_excuse_everywhere(settings, excused):
    here = settings('conventions_exclude = ["timestamps-with-time-zone"]')
    found = judge_conventions(excused.base, settings=here, places=Places(excused, here)).breaches
    assert [one.what for one in found] == ["class Page maps table page"]


def test_a_mixins_attribute_is_shown_where_it_stands(settings, excused):
    here = settings()
    visit = next(one.class_ for one in excused.base.registry.mappers if "V" in one.class_.__name__)
    lines = MODELS.splitlines()
    place = Places(excused, here).of_class(visit, "last")
    assert place == f"excused.py:{lines.index('    last: Mapped[datetime]') + 1}"


COMMENTS = """
from datetime import datetime
from sqlalchemy import DateTime
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
# db_workflow: allow
# db_workflow: allow all
# db_workflow: allow Class-Name


class Base(DeclarativeBase):
    pass


# db_workflow: allow class-names
# (the billing system's own name)
class Above(Base):
    __tablename__ = "above"
    id: Mapped[int] = mapped_column(primary_key=True)
    # db_workflow: allow timestamps-with-time-zone
    begun: Mapped[datetime]
    ended: Mapped[datetime]


class First(Base):
    # db_workflow: allow class-names
    __tablename__ = "first"
    id: Mapped[int] = mapped_column(primary_key=True)


class Beside(Base):
    __tablename__ = "beside"  # db_workflow: allow class-names
    id: Mapped[int] = mapped_column(primary_key=True)

    # db_workflow: allow timestamps-with-time-zone
    @declared_attr
    def made(cls) -> Mapped[datetime]:
        return mapped_column(DateTime)


class Good(Base):  # db_workflow: allow class-names, exact-money
    # db_workflow: allow timestamps-with-time-zone
    seen: Mapped[datetime]
    left: Mapped[datetime]
    __tablename__ = "goods"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


@pytest.fixture
def commented(excused, monkeypatch):
    """Return models with comments in every place, and some that excuse nothing."""
    excused.file.write_text(COMMENTS)
    spec = spec_from_file_location("excused", excused.file)
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "excused", module)
    spec.loader.exec_module(module)
    module.Base.registry.configure()
    return Models(module.Base, excused.file, (), excused.file, ())


def test_a_comment_may_stand_above_and_beside_the_name_of_the_table(settings, commented):
    here = settings()
    found = judge_conventions(commented.base, settings=here, places=Places(commented, here))
    assert [one.what for one in found.breaches] == [
        "column above.ended has no time zone",
        "column goods.left has no time zone",
    ]


def line_of(text):
    return COMMENTS.splitlines().index(text) + 1


def test_comments_that_excuse_nothing_are_told(settings, commented):
    here = settings()
    found = judge_conventions(commented.base, settings=here, places=Places(commented, here))
    good = line_of("class Good(Base):  # db_workflow: allow class-names, exact-money")
    lists = "invoke phase2 --rules lists them"
    nameless = line_of("# db_workflow: allow")
    keeps = "excuses nothing: what it stands beside keeps it"
    assert found.remarks == (
        f"excused.py:{nameless}: `allow` names no convention, and so allows nothing; {lists}",
        f"excused.py:{nameless + 1}: `allow all` names no convention; {lists}",
        f"excused.py:{nameless + 2}: `allow Class-Name` names no convention; near: class-names",
        f"excused.py:{good}: `allow class-names` {keeps}",
        f"excused.py:{good}: `allow exact-money` {keeps}",
    )


def test_what_is_switched_off_is_not_called_idle(settings, commented):
    here = settings('conventions_exclude = ["class-names", "exact-money"]')
    found = judge_conventions(commented.base, settings=here, places=Places(commented, here))
    assert not any("excuses nothing" in one for one in found.remarks)
    assert len(found.remarks) == 3


def test_the_list_is_shown_although_the_settings_are_misspelled(settings):
    listing = list_conventions(settings('conventions_exclude = ["class_name", "zzz"]'))
    assert listing.kept == {rule.name for rule in RULES}
    assert listing.to_json()["unknown"] == [
        {"name": "class_name", "near": ("class-names",)},
        {"name": "zzz", "near": ()},
    ]
    assert re.search(r"^\? class_name: .*\(near: class-names\)", str(listing), re.MULTILINE)
    assert re.search(r"^\? zzz: ", str(listing), re.MULTILINE)


def test_the_list_shows_rules_reasons_and_what_is_off(settings):
    listing = list_conventions(settings('conventions_exclude = ["exact-money"]'))
    shown = str(listing)
    for rule in RULES:
        assert rule.rule in shown
        assert rule.why in shown
    assert re.search(r"^- exact-money", shown, re.MULTILINE)
    assert re.search(r"^✓ class-names", shown, re.MULTILINE)
    off = [one for one in json.loads(json.dumps(listing.to_json()))["conventions"] if not one["on"]]
    assert [one["name"] for one in off] == ["exact-money"]
