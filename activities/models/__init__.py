from activities.models.appraisal import AppraisalEntry, AppraisalSheet
from activities.models.cadence import BranchYear, CadenceRule
from activities.models.electors import Candidate, Elector
from activities.models.gatherings import Gathering, GatheringBranch
from activities.models.kinds import ActivityKind
from activities.models.minutes import AgendaItem, Remark, Resolution
from activities.models.plan import HolidayTable
from activities.models.records import ActivityRecord
from activities.models.rolls import RollEntry
from activities.models.talks import HeartTalk
from activities.models.votes import Ballot
from activities.models.voting_rules import VotingRule

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "AgendaItem",
    "AppraisalEntry",
    "AppraisalSheet",
    "Ballot",
    "BranchYear",
    "CadenceRule",
    "Candidate",
    "Elector",
    "Gathering",
    "GatheringBranch",
    "HeartTalk",
    "HolidayTable",
    "Remark",
    "Resolution",
    "RollEntry",
    "VotingRule",
]
