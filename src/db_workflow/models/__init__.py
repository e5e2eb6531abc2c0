"""Phase 2: the models, proven against the migrated database.

SQLAlchemy and sqlacodegen are imported by the functions that need them, not by these modules.
"""

from db_workflow.models.compared.comparison import Comparison, compare_models
from db_workflow.models.compared.enums import EnumDifference, compare_enums
from db_workflow.models.compared.findings import Finding
from db_workflow.models.conventions import RULES, Breach, Rule, check_conventions
from db_workflow.models.facts import facts
from db_workflow.models.reference.codegen import generate_reference
from db_workflow.models.source.registry import Models, load_models

__all__ = [
    "RULES",
    "Breach",
    "Comparison",
    "EnumDifference",
    "Finding",
    "Models",
    "Rule",
    "check_conventions",
    "compare_enums",
    "compare_models",
    "facts",
    "generate_reference",
    "load_models",
]
