"""Models of many tables: keys, two foreign keys, indexes, a unique, a check and an enum in each."""

_HEAD = """\
import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint, DateTime, ForeignKey, Integer, MetaData, Numeric, String, Text,
    UniqueConstraint, Uuid, func, text,
)
from sqlalchemy.dialects.postgresql import ENUM
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    __mapper_args__ = {"eager_defaults": True}
"""
_CLASS = """

class T{n}(Base):
    __tablename__ = "t{n}s"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"), UniqueConstraint("name", "n"))
    id: Mapped[uuid.UUID] = mapped_column(
        Uuid, primary_key=True, server_default=text("gen_random_uuid()")
    )
    name: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(Text, server_default="new")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    kind: Mapped[str | None] = mapped_column(
        ENUM("a", "b", "c", name="kind{kind}", metadata=Base.metadata)
    )
    note: Mapped[str | None] = mapped_column(Text)
    n: Mapped[int | None] = mapped_column(Integer)
"""
_KEY = """\
    {name}_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("t{to}s.id"), index=True)
    {name}: Mapped["T{to} | None"] = relationship(
        back_populates="{back}", foreign_keys=[{name}_id], lazy="raise_on_sql"
    )
"""
_BACK = """\
    {back}: Mapped[list["T{of}"]] = relationship(
        back_populates="{name}", foreign_keys="T{of}.{name}_id", lazy="raise_on_sql"
    )
"""
_KINDS = 20


def models(tables: int) -> str:
    """Return a models file that keeps our conventions; it needs SQLAlchemy and nothing else."""
    keys = [(n, "parent", n - 1, "children") for n in range(1, tables)]
    keys += [(n, "other", n // 2, f"others{n}") for n in range(11, tables)]
    return _HEAD + "".join(_table(n, keys) for n in range(tables))


def enums(tables: int) -> str:
    """Return the enums module for them."""
    members = 'A = "a"\n    B = "b"\n    C = "c"\n'
    classes = [f"class Kind{n}(StrEnum):\n    {members}" for n in range(min(_KINDS, tables))]
    return "from enum import StrEnum\n\n\n" + "\n\n".join(classes)


def _table(n: int, keys: list[tuple[int, str, int, str]]) -> str:
    parts = [_CLASS.format(n=n, kind=n % _KINDS)]
    for of, name, to, back in keys:
        if of == n:
            parts.append(_KEY.format(name=name, to=to, back=back))
        if to == n:
            parts.append(_BACK.format(of=of, name=name, back=back))
    return "".join(parts)
