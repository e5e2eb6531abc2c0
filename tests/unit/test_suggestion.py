"""Which table a person means by what was typed."""

import pytest

from db_workflow.catalog import SchemaObject, Snapshot
from db_workflow.errors import ModelsError
from db_workflow.models.suggestion import printed_name

SCHEMAS = ("public", "billing")
DATABASE = Snapshot.of(
    SchemaObject(kind, name, None, {})
    for kind, name in [
        ("table", "users"),
        ("table", '"My Table"'),
        ("table", '"Users"'),
        ("table", '"odd.name"'),
        ("table", "billing.invoices"),
        ("table", "billing.users"),
        ("table", 'billing."Totals"'),
        ("view", "emails"),
        ("materialised view", "billing.sums"),
        (
            "enum",
            "colours",
        ),
    ]
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("users", "users"),
        (" users ", "users"),
        ("public.users", "users"),
        ("Users", '"Users"'),
        ('"Users"', '"Users"'),
        ("My Table", '"My Table"'),
        ('public."My Table"', '"My Table"'),
        ('"odd.name"', '"odd.name"'),
        ("billing.users", "billing.users"),
        ("billing.Totals", 'billing."Totals"'),
        # The writer says why these get no class.
        ("emails", "emails"),
        ("billing.sums", "billing.sums"),
    ],
)
def test_a_table_is_found_as_people_type_it(typed, printed):
    assert printed_name(typed, DATABASE, schemas=SCHEMAS) == printed


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("user", ["users", '"Users"', "billing.users"]),
        ("USERS", ['"Users"', "billing.users", "users"]),
        ("invoices", ["billing.invoices"]),
        ("public.invoices", ["billing.invoices"]),
        ("Billing.Invoice", ["billing.invoices"]),
        ("my table", ['"My Table"']),
        ("totals", ['billing."Totals"']),
        ("xyzzy", []),
        ("colours", []),
        ("", []),
        ("  ", []),
        (".", []),
        ('"', []),
    ],
)
def test_what_is_no_table_is_refused_with_the_near_ones(typed, near):
    with pytest.raises(ModelsError) as caught:
        printed_name(typed, DATABASE, schemas=SCHEMAS)
    assert sorted(caught.value.data["near"]) == sorted(near)
    assert "invoke phase2 --suggest" in caught.value.next


def test_the_next_command_can_be_typed_as_it_is_shown():
    with pytest.raises(ModelsError) as caught:
        printed_name("my table", DATABASE, schemas=SCHEMAS)
    assert caught.value.next == "invoke phase2 --suggest '\"My Table\"'"
