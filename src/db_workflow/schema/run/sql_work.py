"""How a SQL file reaches the server: as one message, part by part, or statement by statement."""

import asyncpg

from db_workflow.connection import DRIVER_ERRORS
from db_workflow.schema.run import finish
from db_workflow.schema.run.copied_rows import row_of, send_part
from db_workflow.schema.run.invalid import refuse_passing_over
from db_workflow.schema.run.message import Message
from db_workflow.schema.run.search import Found, may_be_repeated, search
from db_workflow.schema.run.step_session import StepSession
from db_workflow.schema.script.script import Part, Script


class SqlWork:
    """A SQL file's work in a session, and what of the file was sent last.

    Attributes:
        script: the file.

    """

    def __init__(self, session: StepSession, script: Script) -> None:
        self._session = session
        self._connection = session.connection
        self.script = script
        # What to add to the place that the server names to get the place in the file.
        self._offset = 0
        # What was sent last, where the file is sent part by part.
        self._part: Part | None = None

    async def run(self) -> None:
        """Run the file and write it into the ledger."""
        script = self.script
        if not script.transaction:
            return await self._pieces()
        await refuse_passing_over(self._connection, self._session.entry, script)
        if is_one_message(script):
            return await self._one_message()
        return await self._several_messages()

    def was_sent(self, start: int) -> None:
        """Be told that the file was sent in a message where its text began after `start`."""
        self._offset = _only_part(self.script).start - start

    async def find(self, error: BaseException, *, look: bool) -> Found:
        """Return where in the file an error arose, as far as it is known.

        Args:
            error: what the driver raised.
            look: whether to look for the place by trying once more.

        """
        place = getattr(error, "position", None)
        if place:
            return Found(int(place) + self._offset)
        row = row_of(error, self.script, self._part)
        if row is not None:
            return Found(row, is_row=True)
        if finish.is_inside(error):
            return Found(at_end=True)
        if look and isinstance(error, asyncpg.PostgresError) and may_be_repeated(self.script):
            return await self._search(error)
        return Found()

    async def _one_message(self) -> None:
        message = Message.of([(self._session.frame, own_text(self.script))])
        self.was_sent(message.starts[0])
        await self._connection.execute(message.text)
        # The driver's own prepared statements went with the session's.
        await self._connection.reload_schema_state()

    async def _several_messages(self) -> None:
        async with self._session.transaction():
            before = await self._number() if _resets_all(self.script) else None
            for part in self.script.parts:
                self._offset, self._part = part.start, part
                await send_part(self._connection, part.text, part.data)
            if before is not None and await self._number() == before:
                # RESET ALL has taken the mark along; the transaction's number is as good.
                await self._connection.execute(self._session.frame.begin)
            self._offset, self._part = len(self.script.text) + 1, None

    async def _pieces(self) -> None:
        from db_workflow.schema.run.piecewise import run_piecewise

        run = self._session.run
        async with self._session.own_transactions() as counted:
            counted.rows = await run_piecewise(
                self._connection,
                self._session.entry,
                self.script,
                settings=run.settings,
                rows_shown=run.rows_shown,
                reporter=run.reporter,
                still_held=run.lock.require,
            )

    async def _number(self) -> str:
        return str(await self._connection.fetchval("SELECT pg_catalog.pg_current_xact_id()::text"))

    async def _search(self, error: asyncpg.PostgresError) -> Found:
        try:
            await self._connection.execute(f"BEGIN; {self._session.frame.begin}")
            return await search(self._connection, self.script, error)
        except DRIVER_ERRORS:
            return Found()
        finally:
            await self._session.recover()


def is_one_message(script: Script) -> bool:
    """Tell whether a file that runs in one transaction is sent at once, its frame around it."""
    whole = not script.parts or (script.complete and len(script.parts) == 1)
    return whole and not _resets_all(script)


def own_text(script: Script) -> str:
    """Return what is sent of a file that is one message."""
    return _only_part(script).text


def _only_part(script: Script) -> Part:
    return script.parts[0] if script.parts else Part(0, "")


def _resets_all(script: Script) -> bool:
    return any(statement.words[:2] == ("reset", "all") for statement in script.statements)
