"""The conventions of the models: small named rules, each with its reason, each switchable."""

from db_workflow.models.breach import Breach
from db_workflow.models.conventions.check import breaches_of, check_conventions, rules_in_use
from db_workflow.models.conventions.listing import how_to_switch_off, list_conventions
from db_workflow.models.conventions.rules import RULES, Rule

__all__ = [
    "RULES",
    "Breach",
    "Rule",
    "breaches_of",
    "check_conventions",
    "how_to_switch_off",
    "list_conventions",
    "rules_in_use",
]
