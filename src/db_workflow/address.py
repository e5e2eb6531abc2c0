"""Where a database is: a PostgreSQL URL as a value, with its password kept out of sight."""

from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from db_workflow.errors import SettingsError

# Query parameters of a libpq URL that have an environment variable of their own.
_ENVIRONMENT = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "gssencmode": "PGGSSENCMODE",
    "krbsrvname": "PGKRBSRVNAME",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One database on one server. `str()` never shows the password."""

    host: str
    port: int
    user: str
    database: str
    password: str | None = field(default=None, repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def parse(cls, url: str, *, source: str) -> "Address":
        """Read a `postgresql://` URL; a driver (`+asyncpg`) is ignored.

        Args:
            url: the URL; host may be a socket folder given as `?host=/folder`.
            source: where it came from (`TEST_DATABASE_URL`), for the error message.

        Raises:
            SettingsError: not such a URL, or no database name. The URL is not repeated: it may
                hold a password.

        """
        hint = "use the form postgresql://user:password@host:5432/database"
        try:
            parts = urlsplit(url.strip())
            query = dict(parse_qsl(parts.query))
            port = int(query.pop("port", "") or parts.port or 5432)
        except ValueError:  # whose text may repeat a part of the password
            raise SettingsError(f"{source} is not a valid URL.", next=hint) from None
        if parts.scheme.partition("+")[0] not in {"postgresql", "postgres"}:
            raise SettingsError(f"{source} is not a PostgreSQL URL.", next=hint)
        database = unquote(parts.path.lstrip("/"))
        if not database:
            raise SettingsError(f"{source} names no database.", next=hint)
        return cls(
            host=query.pop("host", "") or parts.hostname or "localhost",
            port=port,
            user=unquote(parts.username or "") or query.pop("user", "") or "postgres",
            database=database,
            password=unquote(parts.password) if parts.password else query.pop("password", None),
            options=tuple(sorted(query.items())),
        )

    def at(self, database: str) -> "Address":
        """Return the address of another database on the same server."""
        return replace(self, database=database)

    def url(self, *, driver: str = "", password: bool = True) -> str:
        """Return the URL; with the password unless told not to."""
        secret = ""
        if self.password:
            secret = ":" + (quote(self.password, safe="") if password else "***")
        scheme = f"postgresql+{driver}" if driver else "postgresql"
        socket = self.host.startswith("/")
        query = {
            name: value if password or "password" not in name else "***"
            for name, value in self.options
        }
        if socket:
            query = {"host": self.host, "port": str(self.port), **query}
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = "" if socket else f"{host}:{self.port}"
        tail = f"?{urlencode(query, safe='/')}" if query else ""
        return (
            f"{scheme}://{quote(self.user, safe='')}{secret}@{place}/{quote(self.database)}{tail}"
        )

    def libpq_environment(self) -> dict[str, str]:
        """Return the PG* variables that make libpq's programs connect here.

        Through the environment and never the command line, which every user can read.
        """
        variables = {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGDATABASE": self.database,
        }
        if self.password:
            variables["PGPASSWORD"] = self.password
        for name, value in self.options:
            if name in _ENVIRONMENT:
                variables[_ENVIRONMENT[name]] = value
        return variables

    def __str__(self) -> str:
        """Return the URL with the password masked."""
        return self.url(password=False)
