"""The conventions of the models: small named rules, each with its reason, each switchable."""

from db_workflow.models.conventions.breach import Breach
from db_workflow.models.conventions.check import (
    Judged,
    check_conventions,
    judge_conventions,
    rules_in_use,
)
from db_workflow.models.conventions.listing import how_to_switch_off, list_conventions
from db_workflow.models.conventions.rules import RULES, Rule

__all__ = [
    "RULES",
    "Breach",
    "Judged",
    "Rule",
    "check_conventions",
    "how_to_switch_off",
    "judge_conventions",
    "list_conventions",
    "rules_in_use",
]
