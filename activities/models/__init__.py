from activities.models.cadence import BranchYear, CadenceRule
from activities.models.disputes import AttendanceDispute
from activities.models.gatherings import Gathering, GatheringBranch
from activities.models.kinds import ActivityKind
from activities.models.leave import LeaveRequest
from activities.models.makeup import MakeUp
from activities.models.minutes import AgendaItem, Remark, Resolution
from activities.models.records import ActivityRecord
from activities.models.rolls import RollEntry
from activities.models.signin import RollSheet, SignIn, SignInOpening

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "AgendaItem",
    "AttendanceDispute",
    "BranchYear",
    "CadenceRule",
    "Gathering",
    "GatheringBranch",
    "LeaveRequest",
    "MakeUp",
    "Remark",
    "Resolution",
    "RollEntry",
    "RollSheet",
    "SignIn",
    "SignInOpening",
]
