"""The models against the migrated database: both as PostgreSQL sees them.

The models are created in a scratch database on the same server, unless it is remembered what they
gave, and the two catalogs are compared. The database is right by definition; each difference says
what to write in the models.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import Difference
from db_workflow.models.compared.differing import find_differing
from db_workflow.models.compared.enum_columns import LabelDifference
from db_workflow.models.compared.enums import EnumDifference
from db_workflow.models.compared.findings import Finding, findings_of
from db_workflow.models.conventions import Breach
from db_workflow.server import Server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison found.

    Attributes:
        compared: how many objects were compared.
        differences: between models and database.
        enums: between enum classes, what columns send, and the database's enum types and CHECK
            lists.
        breaches: of the conventions.
        findings: all of these, in the same order, with what to write and where.
        not_compared: objects that a model cannot express, by kind and name; last, if there are
            any, the kinds that no snapshot reads, in one entry.
        warnings: what SQLAlchemy said about the mappers, and joins that link nothing.
        notes: enum types and classes that nothing uses, and comments that excuse nothing; nothing
            has to be mended.
        imports: statements, and classes, that what the findings say to write needs and the
            models' module does not have.

    """

    compared: int
    differences: tuple[Difference, ...]
    enums: tuple[EnumDifference | LabelDifference, ...]
    breaches: tuple[Breach, ...]
    findings: tuple[Finding, ...]
    not_compared: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()
    imports: str = ""

    @property
    def agrees(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "agrees": self.agrees,
            "compared": self.compared,
            "findings": [asdict(found) for found in self.findings],
            "imports": self.imports,
            "not_compared": list(self.not_compared),
            "warnings": list(self.warnings),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = []
        for found in self.findings:
            lines.append(f"{found.place}: {' '.join(found.what.splitlines())}")
            lines += _indented(found.write)
        if self.imports:
            lines += ["imports that the lines above need:", *_indented(self.imports)]
        lines += [f"warning: {text}" for text in self.warnings]
        lines += [f"note: {text}" for text in self.notes]
        if self.not_compared:
            listed = ", ".join(self.not_compared)
            lines.append(f"not compared: {listed}")
        count = len(self.findings)
        lines.append(
            f"Models and enums agree with the database: {self.compared} objects compared."
            if self.agrees
            else f"{count} thing{'s' * (count != 1)} to mend; {self.compared} objects compared."
        )
        return "\n".join(lines)


def _indented(code: str) -> list[str]:
    return [f"    {line}".rstrip() for line in code.split("\n")]


async def compare_models(
    server: Server, connection: "asyncpg.Connection[Any]", *, settings: Settings
) -> Comparison:
    """Compare models, enums and conventions with a migrated database.

    Args:
        server: where the scratch database is made; the same server as the connection's.
        connection: to the migrated database; only read.
        settings: the repository.

    Raises:
        ModelsError: the models do not import, or PostgreSQL refuses them.

    """
    found = await find_differing(server, connection, settings=settings)
    findings, imports = findings_of(found, settings=settings)
    return Comparison(
        compared=found.compared,
        differences=found.differences,
        enums=found.enums,
        breaches=found.breaches,
        findings=findings,
        not_compared=found.not_compared,
        warnings=found.warnings,
        notes=found.notes,
        imports=imports,
    )
