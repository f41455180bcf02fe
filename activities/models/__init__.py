from activities.models.attachments import Attachment
from activities.models.cadence import BranchYear, CadenceRule
from activities.models.gatherings import Gathering, GatheringBranch
from activities.models.joint import Invitation
from activities.models.kinds import ActivityKind
from activities.models.minutes import AgendaItem, Remark, Resolution
from activities.models.records import ActivityRecord
from activities.models.redbases import RedBase
from activities.models.rolls import RollEntry
from activities.models.signup import SignUp, SignUpOffer

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "AgendaItem",
    "Attachment",
    "BranchYear",
    "CadenceRule",
    "Gathering",
    "GatheringBranch",
    "Invitation",
    "RedBase",
    "Remark",
    "Resolution",
    "RollEntry",
    "SignUp",
    "SignUpOffer",
]
