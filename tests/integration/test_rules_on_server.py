"""What rules make of values of a type is spelled as PostgreSQL itself spells it.

Otherwise a file that was seeded and generated again would differ from the first one.
"""

import json
import random

import pytest

from db_workflow.connection import session
from db_workflow.testdata import rules
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms

BY = Pseudonyms(Key("one", b"1" * 32))
MANY = 300
_SIGNS = 'aZé健\U0001f600"\\/\b\n\t\x01\x7f \u2028<'


def _json(chance, depth):
    kind = chance.random()
    if depth and kind < 0.4:
        names = ("".join(chance.choices("abé健Z ", k=chance.randint(0, 4))) for _ in range(5))
        return {name: _json(chance, depth - 1) for name in names}
    if depth and kind < 0.6:
        return [_json(chance, depth - 1) for _ in range(chance.randint(0, 4))]
    text = "".join(chance.choices(_SIGNS, k=chance.randint(0, 5)))
    return chance.choice([None, True, chance.randint(-(10**30), 10**30), 1.10, 1e20, text])


def _every_path(depth):
    """Return rules for all values and keys down to a depth."""
    paths = [""]
    for _ in range(depth):
        paths += [f"{path}{step}" for path in paths for step in ("[]", ".*" if path else "*")]
    paths = dict.fromkeys(paths)
    keys = {f"{path}.*~" if path else "*~": rules.first_name() for path in paths}
    return dict.fromkeys(paths, rules.keep()) | keys


def _address(chance):
    if chance.random() < 0.5:
        return ".".join(str(chance.randint(0, 255)) for _ in range(4)), 32
    return ":".join(f"{chance.choice((0, chance.getrandbits(16))):x}" for _ in range(8)), 128


def _inet(chance):
    address, bits = _address(chance)
    return chance.choice((address, f"{address}/{chance.randint(0, bits)}"))


def _hexadecimal(size):
    return lambda chance: chance.randbytes(size).hex(":")


def _day(chance):
    era = chance.choice(("", " BC"))
    return (
        f"{chance.randint(1, 4_000):04}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}{era}"
    )


def _instant(chance):
    clock = f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:00.{chance.randint(0, 999_999)}"
    return f"{chance.randint(1, 4_000):04}-{chance.randint(1, 12):02}-01 {clock}+00"


CASES = {
    "jsonb": (
        "$1::text::jsonb",
        lambda chance: json.dumps(_json(chance, 3)),
        rules.json(_every_path(3)),
    ),
    "inet": ("$1::text::inet", _inet, rules.ip()),
    "cidr": ("network($1::text::inet)", _inet, rules.ip()),
    "macaddr": ("$1::text::macaddr", _hexadecimal(6), rules.mac()),
    "macaddr8": ("$1::text::macaddr8", _hexadecimal(8), rules.mac()),
    "uuid": ("$1::text::uuid", lambda chance: chance.randbytes(16).hex(), rules.uuid()),
    "date": ("$1::text::date", _day, rules.birth_date()),
    "date, shifted": ("$1::text::date", _day, rules.shift_days()),
    "timestamptz": ("$1::text::timestamptz", _instant, rules.shift_days()),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_rule_writes_what_the_server_would(server, name):
    read, draw, rule = CASES[name]
    chance = random.Random(name)  # noqa: S311 - the same values in every run
    type_ = name.partition(",")[0]
    async with session(server.address.at("postgres"), purpose="test", read_only=True) as connection:
        # As COPY writes it: the type's output function, which a cast to text is not for inet.
        spelled = f"SELECT format('%s', value) FROM (SELECT {read} AS value) AS one"
        again = f"SELECT format('%s', $1::text::{type_})"
        await connection.execute("SET TIME ZONE 'UTC'")
        ask, answer = await connection.prepare(spelled), await connection.prepare(again)
        changed = 0
        for _ in range(MANY):
            value = await ask.fetchval(draw(chance))
            made = rule.apply(value, BY)
            assert await answer.fetchval(made) == made, value
            changed += made != value
    assert changed > MANY // 4
