from learning.models.branch_years import BranchStudyYear
from learning.models.certificates import StudyCertificate
from learning.models.classes import (
    TrainingBranch,
    TrainingClass,
    TrainingEnrollment,
    TrainingMark,
    TrainingSession,
)
from learning.models.credits import StudyCredit
from learning.models.external import ExternalFile, ExternalRow, ExternalRule
from learning.models.lessons import Lesson, LessonCompletion, LessonFile, LessonSeries
from learning.models.plan import LearningPlan, PlanTopic, TopicConfirmation, TopicLink
from learning.models.questions import StudyQuestion
from learning.models.quiz import Question, QuestionImport, QuizAttempt
from learning.models.rules import StudyRequirement, StudyRule
from learning.models.submissions import StudySubmission, SubmissionEntry, SubmissionFile
from learning.models.uploads import LessonUpload
from learning.models.years import MemberYear

__all__ = [
    "BranchStudyYear",
    "ExternalFile",
    "ExternalRow",
    "ExternalRule",
    "LearningPlan",
    "Lesson",
    "LessonCompletion",
    "LessonFile",
    "LessonSeries",
    "LessonUpload",
    "MemberYear",
    "PlanTopic",
    "Question",
    "QuestionImport",
    "QuizAttempt",
    "StudyCertificate",
    "StudyCredit",
    "StudyQuestion",
    "StudyRequirement",
    "StudyRule",
    "StudySubmission",
    "SubmissionEntry",
    "SubmissionFile",
    "TopicConfirmation",
    "TopicLink",
    "TrainingBranch",
    "TrainingClass",
    "TrainingEnrollment",
    "TrainingMark",
    "TrainingSession",
]
