"""Every format a password hash has ever been stored in, up to Argon2id."""

import base64
import hashlib

import pytest
from argon2 import PasswordHasher

from efficient_tutor_backend.passwords import (
    ARGON2ID_MARK,
    UnknownPasswordFormatError,
    hash_password,
    needs_rehash,
    normalise_legacy,
    verify_password,
    wrap_legacy,
)

PASSWORD = "correct hörse 🐎"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def pbkdf2(salt, iterations):
    digest = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt.encode(), iterations)
    return base64.b64encode(digest).decode()


BARE = sha256(PASSWORD)
SALTED = sha256("pepper" + PASSWORD)
DERIVED = pbkdf2("sea", 1_000)

LEGACY = {
    BARE: f"$sha256$${BARE}",
    BARE.upper(): f"$sha256$${BARE}",
    f"sha256$pepper${SALTED}": f"$sha256$pepper${SALTED}",
    f"SHA256$pepper${SALTED.upper()}": f"$sha256$pepper${SALTED}",
    f"sha256$${BARE}": f"$sha256$${BARE}",
    f"pbkdf2_sha256$1000$sea${DERIVED}": f"$pbkdf2-sha256$i=1000$sea${DERIVED}",
    f"PBKDF2_SHA256$1000$sea${DERIVED}": f"$pbkdf2-sha256$i=1000$sea${DERIVED}",
}
CANONICAL = sorted(set(LEGACY.values()))

UNKNOWN = [
    "",
    "plain text",
    BARE[:-1],
    f"{BARE}\n",
    f"md5$pepper${BARE}",
    f"$sha256$pepper${SALTED.upper()}",
    f"$sha256$pepper${DERIVED}",
    f"$pbkdf2-sha256$i=1000$sea${BARE}",
    f"$pbkdf2-sha256$i=0$sea${DERIVED}",
    f"sha256$pep$per${SALTED}",
]


@pytest.mark.parametrize(("stored", "canonical"), LEGACY.items())
def test_every_legacy_format_has_one_canonical_spelling(stored, canonical):
    assert normalise_legacy(stored) == canonical


# A native hash is another one in every run; xdist wants the same name in every worker.
@pytest.mark.parametrize("stored", [*CANONICAL, pytest.param(hash_password("any"), id="native")])
def test_normalising_twice_changes_nothing(stored):
    assert normalise_legacy(stored) == stored


@pytest.mark.parametrize("stored", UNKNOWN)
def test_an_unknown_format_is_refused_without_showing_the_hash(stored):
    for use in (normalise_legacy, wrap_legacy, lambda text: verify_password(text, PASSWORD)):
        with pytest.raises(UnknownPasswordFormatError) as refusal:
            use(stored)
        assert BARE[:8] not in str(refusal.value)


@pytest.mark.parametrize("stored", CANONICAL)
def test_a_canonical_hash_verifies_its_password_and_no_other(stored):
    assert verify_password(stored, PASSWORD)
    assert not verify_password(stored, PASSWORD + " ")


@pytest.mark.parametrize("stored", CANONICAL)
def test_a_wrapped_hash_verifies_the_password_it_never_saw(stored):
    wrapped = wrap_legacy(stored)
    assert ARGON2ID_MARK in wrapped
    assert stored.rpartition("$")[2] not in wrapped
    assert verify_password(wrapped, PASSWORD)
    assert not verify_password(wrapped, "wrong")


def test_the_old_digest_is_no_password_for_a_wrapped_hash():
    assert not verify_password(wrap_legacy(f"$sha256$${BARE}"), BARE)


def test_a_new_hash_is_argon2id_at_owasps_minimum_and_never_the_same_twice():
    stored = hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != hash_password(PASSWORD)
    assert verify_password(stored, PASSWORD)
    assert not verify_password(stored, "wrong")


def test_only_a_native_hash_at_todays_costs_needs_no_rehash():
    assert not needs_rehash(hash_password(PASSWORD))
    assert needs_rehash(CANONICAL[0])
    assert needs_rehash(wrap_legacy(CANONICAL[0]))
    weaker = PasswordHasher(memory_cost=8_192, time_cost=1, parallelism=1)
    assert needs_rehash(weaker.hash(PASSWORD))


def test_a_salt_that_reads_argon2id_is_not_taken_for_the_algorithm():
    stored = normalise_legacy(f"sha256$argon2id${sha256('argon2id' + PASSWORD)}")
    assert ARGON2ID_MARK not in stored
    assert verify_password(stored, PASSWORD)
    assert verify_password(wrap_legacy(stored), PASSWORD)


@pytest.mark.parametrize(
    "damaged", ["$argon2id$v=19$m=19456", "$sha1$x$argon2id$v=19$m=1,t=1,p=1$a$b"]
)
def test_a_damaged_hash_is_a_fault_and_not_a_wrong_password(damaged):
    with pytest.raises(UnknownPasswordFormatError):
        verify_password(damaged, PASSWORD)
