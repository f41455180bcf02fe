from learning.models.credits import StudyCredit
from learning.models.rules import StudyRequirement, StudyRule
from learning.models.years import MemberYear

__all__ = ["MemberYear", "StudyCredit", "StudyRequirement", "StudyRule"]
