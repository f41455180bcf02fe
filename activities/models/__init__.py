from activities.models.amendments import Amendment
from activities.models.cadence import BranchYear, CadenceRule
from activities.models.gatherings import Gathering, GatheringBranch
from activities.models.kinds import ActivityKind
from activities.models.minutes import AgendaItem, Remark, Resolution
from activities.models.paper import Binder, PaperTemplate, RecordSeal
from activities.models.records import ActivityRecord
from activities.models.rolls import RollEntry

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "AgendaItem",
    "Amendment",
    "Binder",
    "BranchYear",
    "CadenceRule",
    "Gathering",
    "GatheringBranch",
    "PaperTemplate",
    "RecordSeal",
    "Remark",
    "Resolution",
    "RollEntry",
]
