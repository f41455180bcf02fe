from learning.models.certificates import StudyCertificate
from learning.models.credits import StudyCredit
from learning.models.questions import StudyQuestion
from learning.models.plan import LearningPlan, PlanTopic, TopicConfirmation, TopicLink
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
from learning.models.submissions import StudySubmission, SubmissionEntry, SubmissionFile
from learning.models.years import MemberYear

__all__ = [
    "MemberYear",
    "StudyCertificate",
    "StudyCredit",
    "StudyQuestion",
    "StudyRequirement",
    "StudyRule",
    "LearningPlan",
    "MemberYear",
    "PlanTopic",
    "StudyCredit",
    "StudyRequirement",
    "StudyRule",
    "StudySubmission",
    "SubmissionEntry",
    "SubmissionFile",
    "TopicConfirmation",
    "TopicLink",
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
