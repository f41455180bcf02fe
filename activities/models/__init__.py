from activities.models.appraisal import AppraisalEntry, AppraisalSheet
from activities.models.cadence import BranchYear, CadenceRule
from activities.models.gatherings import Gathering, GatheringBranch
from activities.models.kinds import ActivityKind
from activities.models.minutes import AgendaItem, Remark, Resolution
from activities.models.records import ActivityRecord
from activities.models.rolls import RollEntry
from activities.models.talks import HeartTalk

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "AgendaItem",
    "AppraisalEntry",
    "AppraisalSheet",
    "BranchYear",
    "CadenceRule",
    "Gathering",
    "GatheringBranch",
    "HeartTalk",
    "Remark",
    "Resolution",
    "RollEntry",
]
