from learning.models.credits import StudyCredit
from learning.models.lessons import Lesson, LessonCompletion, LessonFile, LessonSeries
from learning.models.quiz import Question, QuestionImport, QuizAttempt
from learning.models.rules import StudyRequirement, StudyRule
from learning.models.uploads import LessonUpload
from learning.models.years import MemberYear

__all__ = [
    "Lesson",
    "LessonCompletion",
    "LessonFile",
    "LessonSeries",
    "LessonUpload",
    "MemberYear",
    "Question",
    "QuestionImport",
    "QuizAttempt",
    "StudyCredit",
    "StudyRequirement",
    "StudyRule",
]
