"""Moving dates and instants by days, as PostgreSQL's ISO text."""

import re

from db_workflow.testdata.rules.pseudonyms import UnfitValueError


def moved(value: str, days: int) -> str:
    """Return a date or instant, as PostgreSQL's ISO text, moved by days.

    Written out by hand because Python's dates end at the year 9999 and know no year before 1.

    Raises:
        UnfitValueError: not such a text.

    """
    if value in {"infinity", "-infinity"}:
        return value
    match = _DATE.fullmatch(value)
    if match is None:
        raise UnfitValueError("the value is not a date or an instant")
    year = int(match["year"])
    number = _day_number(1 - year if match["era"] else year, int(match["month"]), int(match["day"]))
    year, month, day = _date_of(number + days)
    era = " BC" if year < 1 else ""
    return f"{1 - year if era else year:04}-{month:02}-{day:02}{match['time']}{era}"


_DATE = re.compile(
    r"(?P<year>\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)(?P<time>(?:[ T][^B]*?)?)(?P<era> BC)?"
)


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
