from activities.models.cadence import BranchYear, CadenceRule
from activities.models.gatherings import Gathering, GatheringBranch
from activities.models.kinds import ActivityKind
from activities.models.minutes import AgendaItem, Remark, Resolution
from activities.models.plan import HolidayTable
from activities.models.records import ActivityRecord
from activities.models.rolls import RollEntry

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "AgendaItem",
    "BranchYear",
    "CadenceRule",
    "Gathering",
    "GatheringBranch",
    "HolidayTable",
    "Remark",
    "Resolution",
    "RollEntry",
]
