"""What is known of a factory's class: its model, its mapper, its many-to-one relationships."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args, get_origin

from factory.base import Factory, FactoryOptions
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import MANYTOONE, Mapper


@dataclass(frozen=True, slots=True)
class Link:
    """A many-to-one relationship, by the names of attributes.

    Attributes:
        name: the relationship.
        keys: the attributes of the foreign key's columns, each with the one that it refers to.
        model: the class at its other end.

    """

    name: str
    keys: Mapping[str, str]
    model: type[Any]


class ModelOptions(FactoryOptions):
    """factory_boy's options, which take the model from `BaseFactory[Model]` as well."""

    factory: type[Factory[Any]]

    def _fill_from_meta(self, meta: Any, base_meta: Any) -> None:
        super()._fill_from_meta(meta, base_meta)  # type: ignore[no-untyped-call]
        named = _model_argument(self.factory)
        if named is None:
            return
        written = getattr(meta, "model", named)
        if written is not named:
            raise TypeError(
                f"{self.factory.__name__} makes {named.__name__} by its base,"
                f" and {written.__name__} by its Meta: leave Meta.model out"
            )
        self.model = named

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The relationships that write a foreign key. Configures the mappers when first asked."""
        return tuple(_links(self.model)) if self.model is not None else ()

    def settled(self, values: Mapping[str, Any]) -> Iterator[Link]:
        """Yield the relationships whose foreign key the other values give, column for column.

        Args:
            values: by attribute; an object at a relationship gives the columns of that.

        """
        for link in self.links:
            if link.keys.keys() <= self._given(values, link):
                yield link

    def _given(self, values: Mapping[str, Any], asked: Link) -> Set[str]:
        given = set(values)
        for link in self.links:
            if link is not asked and values.get(link.name) is not None:
                given.update(link.keys)
        return given


def mapper_of(kind: type[Factory[Any]]) -> Mapper[Any]:
    """Return the mapper of a factory's model."""
    mapper: Mapper[Any] = inspected(kind._meta.model)  # noqa: SLF001 - factory_boy's documented options
    return mapper


def _model_argument(kind: type[Any]) -> type[Any] | None:
    """Return Model of a class that is written with the base `SomeFactory[Model]`."""
    for base in vars(kind).get("__orig_bases__", ()):
        origin = get_origin(base)
        if isinstance(origin, type) and issubclass(origin, Factory):
            return next((one for one in get_args(base) if isinstance(one, type)), None)
    return None


def _links(model: type[Any]) -> Iterator[Link]:
    mapper: Mapper[Any] = inspected(model)
    for relationship in mapper.relationships:
        if relationship.direction is not MANYTOONE or relationship.viewonly:
            continue
        other = relationship.mapper
        keys = {
            mapper.get_property_by_column(here).key: other.get_property_by_column(there).key
            for here, there in relationship.local_remote_pairs
        }
        yield Link(relationship.key, keys, other.class_)
