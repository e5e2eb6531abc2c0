"""What may happen to a column: kept on purpose, or transformed in one of these ways.

A rule sees the PostgreSQL text of a value and returns another text, or None for NULL. It never sees
NULL, which stays NULL whatever the rule; an empty text stays empty with all but `constant` and
`null`. What a rule says about uniqueness is a promise about different values; whatever it says, the
unique indexes of a table are proven before its file is written.
"""

from db_workflow.testdata.rules.arrays import each
from db_workflow.testdata.rules.dates import birth_date
from db_workflow.testdata.rules.fixed import choice, constant, keep, null, number, undecided
from db_workflow.testdata.rules.hosts import ip, mac
from db_workflow.testdata.rules.links import file_name, url
from db_workflow.testdata.rules.nested import json
from db_workflow.testdata.rules.numbers import card_number, digits, iban, phone, postal_code
from db_workflow.testdata.rules.own import custom
from db_workflow.testdata.rules.people import email, first_name, full_name, last_name, username
from db_workflow.testdata.rules.person import scrub_known, shift_days
from db_workflow.testdata.rules.texts import scrub, text, token, uuid

__all__ = [
    "birth_date",
    "card_number",
    "choice",
    "constant",
    "custom",
    "digits",
    "each",
    "email",
    "file_name",
    "first_name",
    "full_name",
    "iban",
    "ip",
    "json",
    "keep",
    "last_name",
    "mac",
    "null",
    "number",
    "phone",
    "postal_code",
    "scrub",
    "scrub_known",
    "shift_days",
    "text",
    "token",
    "undecided",
    "url",
    "username",
    "uuid",
]

# Part of every file's rules digest, as the words are. Raise it when a rule's output changes.
VERSION = 3
