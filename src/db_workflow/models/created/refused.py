"""What PostgreSQL refuses of the models, told with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from db_workflow.connection import quoted
from db_workflow.errors import ModelsError, ServerError, WorkflowError
from db_workflow.models.created.ddl import Definition, full
from db_workflow.models.source.places import Places
from db_workflow.models.source.registry import Models
from db_workflow.settings import Settings

# Something that is named is not there.
_UNDEFINED = {"3F000", "42703", "42704", "42846", "42883", "42P01"}
# The server's own trouble, by the class of the SQLSTATE: room, limits, an administrator, the disk.
_SERVERS_OWN = {"53", "54", "57", "58"}
_TOLD = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """A statement that PostgreSQL refused, and why."""

    statement: str
    state: str
    reason: str
    hint: str

    @property
    def told(self) -> str:
        """The statement's beginning and the reason, in one line."""
        return f"{' '.join(self.statement.split())[:60]} … ({self.reason})"


def refusal(
    refused: Refused,
    models: Models,
    definition: Definition,
    *,
    settings: Settings,
    lacking: Sequence[str] = (),
) -> WorkflowError:
    """Return the error of a statement of the models that PostgreSQL refuses.

    Args:
        refused: the statement.
        models: whose it is.
        definition: the same as SQL.
        settings: the repository.
        lacking: what of the ground could not be created, a line each.

    """
    shown = "\n".join(f"    {line}" for line in refused.statement.splitlines())
    shown += f"\n{refused.hint}" if refused.hint else ""
    said = f"{refused.reason} ({refused.state})\n{shown}"
    data = {"statement": refused.statement, "sqlstate": refused.state}
    if refused.state[:2] in _SERVERS_OWN:
        return ServerError(
            f"The server could not create the models in a scratch database: {said}",
            why="it is the server's limits or its state, not what the models say",
            next="mend that on the server (for shared memory: max_locks_per_transaction), or wait"
            " until it has less to do; then invoke phase2",
            data=data,
        )
    table = definition.sources.get(refused.statement)
    places = Places(models, settings)
    place = places.of(table and ".".join(quoted(part) for part in full(table, settings.schemas[0])))
    why = "models that cannot be created cannot be the migrated schema"
    if refused.state in _UNDEFINED and lacking:
        more = f"; and {len(lacking) - _TOLD} more" if len(lacking) > _TOLD else ""
        why = (
            "either the database does not have that either, or what the models stand on could not"
            f" be made wholly for them: {'; '.join(lacking[:_TOLD])}{more}"
        )
    return ModelsError(
        f"{place}: PostgreSQL refuses what the models say: {said}",
        why=why,
        next=f"mend {place}, then invoke phase2",
        data={**data, "place": place, "lacking": list(lacking)},
    )
