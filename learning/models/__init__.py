from learning.models.certificates import StudyCertificate
from learning.models.credits import StudyCredit
from learning.models.questions import StudyQuestion
from learning.models.rules import StudyRequirement, StudyRule
from learning.models.years import MemberYear

__all__ = [
    "MemberYear",
    "StudyCertificate",
    "StudyCredit",
    "StudyQuestion",
    "StudyRequirement",
    "StudyRule",
]
