from supervision.models.comments import RecordComment
from supervision.models.inspections import Finding, FindingStep, InspectedBranch, Inspection
from supervision.models.spot_checks import Likeness, SpotCheck, SpotCheckItem

__all__ = [
    "Finding",
    "FindingStep",
    "InspectedBranch",
    "Inspection",
    "Likeness",
    "RecordComment",
    "SpotCheck",
    "SpotCheckItem",
]
