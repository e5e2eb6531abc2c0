"""Dates and instants moved by days, as PostgreSQL's ISO text; another day of the same year."""

import re
from collections.abc import Iterator

from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Rule


def birth_date() -> Rule:
    """Write another day of the same year: ages stay, to a year, and birthdays go. Not unique.

    The same day becomes the same one everywhere. An instant keeps its time; infinity stays.
    """
    return Rule(
        "birth_date",
        (),
        _other_day,
        frozenset({"date", "text"}),
        secrets=finite,
        invented=_DATE,
    )


def finite(value: str) -> Iterator[str]:
    """Yield a date, unless it is infinity, which is no day of anybody's."""
    if not value.endswith("infinity"):
        yield value


def moved(value: str, days: int) -> str:
    """Return a date or instant, as PostgreSQL's ISO text, moved by days.

    Written out by hand because Python's dates end at the year 9999 and know no year before 1.

    Raises:
        UnfitValueError: not such a text.

    """
    time = value[10:]
    if time and (time[0] not in " T" or "B" in time):
        return _moved_far(value, days)
    try:
        return _DAYS[_NUMBERS[value[:10]] + days] + time
    except KeyError:
        return _moved_far(value, days)


def _moved_far(value: str, days: int) -> str:
    """Move what stands outside of the years 1 to 9999, too."""
    if value in {"infinity", "-infinity"}:
        return value
    year, month, day, time = _read(value)
    return _written(_day_number(year, month, day) + days, time)


def _other_day(value: str, by: Pseudonyms) -> str:
    if not value.strip() or value in {"infinity", "-infinity"}:
        return value
    year, month, day, time = _read(value)
    first = _day_number(year, 1, 1)
    days = _day_number(year + 1, 1, 1) - first
    number = _day_number(year, month, day)
    # By the day alone, so that a date and an instant of one person agree.
    steps = 1 + by.number("birth_date", f"{year}-{number - first}", days - 1)
    return _written(first + (number - first + steps) % days, time)


def _read(value: str) -> tuple[int, int, int, str]:
    """Return year (1 BC is 0), month, day, and the rest."""
    match = _DATE.fullmatch(value)
    if match is None:
        raise UnfitValueError("the value is not a date or an instant")
    year = int(match["year"])
    year = 1 - year if match["era"] else year
    return year, int(match["month"]), int(match["day"]), match["time"]


def _written(number: int, time: str) -> str:
    year, month, day = _date_of(number)
    era = " BC" if year < 1 else ""
    return f"{1 - year if era else year:04}-{month:02}-{day:02}{time}{era}"


_DATE = re.compile(
    r"(?P<year>\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)(?P<time>(?:[ T][^B]*?)?)(?P<era> BC)?"
)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


class _Numbers(dict[str, int]):
    """The numbers of days met before: a table has few days, and the same ones again and again."""

    def __missing__(self, day: str) -> int:
        match = _DAY.fullmatch(day)
        if match is None:
            raise KeyError
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        number = self[day] = _day_number(*map(int, match.groups()))
        return number


class _Days(dict[int, str]):
    """What days of four-digit years look like, by number."""

    def __missing__(self, number: int) -> str:
        year, month, day = _date_of(number)
        if not 1 <= year <= 9999:
            raise KeyError
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        text = self[number] = f"{year:04}-{month:02}-{day:02}"
        return text


_MOST_REMEMBERED = 50_000
_NUMBERS = _Numbers()
_DAYS = _Days()


def _day_number(year: int, month: int, day: int) -> int:
    # Proleptic Gregorian, in eras of 400 years (146,097 days) that begin on 1 March.
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year


def _date_of(number: int) -> tuple[int, int, int]:
    era, of_era = divmod(number, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return era * 400 + year + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1
