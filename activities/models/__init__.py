from activities.models.cadence import BranchYear, CadenceRule
from activities.models.gatherings import Gathering, GatheringBranch
from activities.models.kinds import ActivityKind
from activities.models.records import ActivityRecord
from activities.models.rolls import RollEntry

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "BranchYear",
    "CadenceRule",
    "Gathering",
    "GatheringBranch",
    "RollEntry",
]
