"""How one object is built: a foreign key that is given switches its SubFactory off, at any depth.

factory_boy makes one of these for each object, those of SubFactories too: what is switched off
here is so for `StudentSubjectFactory.build(student__parent_id=known)` as well.
"""

from collections.abc import Mapping
from typing import Any

from factory.builder import BuildStep, StepBuilder

from db_workflow.errors import TestDataError
from db_workflow.testdata.factories.options import Link, ModelOptions


class Step(StepBuilder):
    """factory_boy's builder of one object."""

    def build(self, parent_step: BuildStep | None = None, force_sequence: int | None = None) -> Any:
        """Build the object.

        Raises:
            TestDataError: a foreign key and its relationship are given, and say different things.

        """
        if self.extras and isinstance(self.factory_meta, ModelOptions):
            self._switch_off(self.factory_meta)
        return super().build(parent_step, force_sequence)  # type: ignore[no-untyped-call]

    def _switch_off(self, options: ModelOptions) -> None:
        switched_off: dict[str, None] = {}
        for link in options.settled(self.extras):
            if link.name in self.extras:
                _require_same(options, link, self.extras)
            else:
                _require_nothing_inside(options, link, self.extras)
                switched_off[link.name] = None
        self.extras = {**self.extras, **switched_off}


def _require_same(options: ModelOptions, link: Link, values: Mapping[str, Any]) -> None:
    """Refuse a foreign key beside another object: at the flush the object would win, silently."""
    other = values[link.name]
    if not isinstance(other, link.model):
        return  # None, or a declaration
    for here, there in link.keys.items():
        if here in values and values[here] != getattr(other, there):
            raise TestDataError(
                f"{options.factory.__name__} was given {link.name} and {here}, which do not say"
                " the same.",
                why="only one of them can be stored",
                next=f"give {link.name} or {here}",
            )


def _require_nothing_inside(options: ModelOptions, link: Link, values: Mapping[str, Any]) -> None:
    inside = next((name for name in values if name.startswith(f"{link.name}__")), None)
    if inside is not None:
        keys = " and ".join(link.keys)
        raise TestDataError(
            f"{options.factory.__name__} was given {keys} and {inside}.",
            why=f"a foreign key that is given builds no {link.name} to choose anything of",
            next=f"give {keys}, or what {link.name} is to be",
        )
