"""What the committee's pages keep of their own."""

from supervision.models.comments import RecordComment
from supervision.models.fill import FormBinding, FormRun, FormTemplate, FormVersion
from supervision.models.inspections import Finding, FindingStep, InspectedBranch, Inspection
from supervision.models.nudges import BranchReminder, RemindedPeriod
from supervision.models.request_answers import RequestAnswer, RequestBranch, RequestFile, answers_for
from supervision.models.requests import RequestField, WorkRequest
from supervision.models.spot_checks import Likeness, SpotCheck, SpotCheckItem
from supervision.models.statistics import StatisticsReport, StatisticsRun

__all__ = [
    "BranchReminder",
    "Finding",
    "FindingStep",
    "FormBinding",
    "FormRun",
    "FormTemplate",
    "FormVersion",
    "InspectedBranch",
    "Inspection",
    "Likeness",
    "RecordComment",
    "RemindedPeriod",
    "RequestAnswer",
    "RequestBranch",
    "RequestField",
    "RequestFile",
    "SpotCheck",
    "SpotCheckItem",
    "StatisticsReport",
    "StatisticsRun",
    "WorkRequest",
    "answers_for",
]
