"""What the committee's pages keep of their own."""

from supervision.models.request_answers import RequestAnswer, RequestBranch, RequestFile, answers_for
from supervision.models.requests import RequestField, WorkRequest

__all__ = ["RequestAnswer", "RequestBranch", "RequestField", "RequestFile", "WorkRequest", "answers_for"]
from supervision.models.statistics import StatisticsReport, StatisticsRun

__all__ = ["StatisticsReport", "StatisticsRun"]
"""What the committee keeps of its own work: reminders to branches."""

from supervision.models.nudges import BranchReminder, RemindedPeriod

__all__ = ["BranchReminder", "RemindedPeriod"]
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
from supervision.models.fill import FormBinding, FormRun, FormTemplate, FormVersion

__all__ = ["FormBinding", "FormRun", "FormTemplate", "FormVersion"]
