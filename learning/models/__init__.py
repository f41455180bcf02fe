from learning.models.classes import (
    TrainingBranch,
    TrainingClass,
    TrainingEnrollment,
    TrainingMark,
    TrainingSession,
)
from learning.models.credits import StudyCredit
from learning.models.external import ExternalFile, ExternalRow, ExternalRule
from learning.models.rules import StudyRequirement, StudyRule
from learning.models.years import MemberYear

__all__ = [
    "ExternalFile",
    "ExternalRow",
    "ExternalRule",
    "MemberYear",
    "StudyCredit",
    "StudyRequirement",
    "StudyRule",
    "TrainingBranch",
    "TrainingClass",
    "TrainingEnrollment",
    "TrainingMark",
    "TrainingSession",
]
