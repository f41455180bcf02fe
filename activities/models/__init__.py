from activities.models.amendments import Amendment
from activities.models.appraisal import AppraisalEntry, AppraisalSheet
from activities.models.attachments import Attachment
from activities.models.cadence import BranchYear, CadenceRule
from activities.models.disputes import AttendanceDispute
from activities.models.electors import Candidate, Elector
from activities.models.gatherings import Gathering, GatheringBranch
from activities.models.joint import Invitation
from activities.models.kinds import ActivityKind
from activities.models.leave import LeaveRequest
from activities.models.lessons import RecordLesson
from activities.models.makeup import MakeUp
from activities.models.minutes import AgendaItem, Remark, Resolution
from activities.models.paper import Binder, PaperTemplate, RecordSeal
from activities.models.plan import HolidayTable
from activities.models.quality import RecordQuality
from activities.models.records import ActivityRecord
from activities.models.redbases import RedBase
from activities.models.rolls import RollEntry
from activities.models.signin import RollSheet, SignIn, SignInOpening
from activities.models.signup import SignUp, SignUpOffer
from activities.models.talks import HeartTalk
from activities.models.votes import Ballot
from activities.models.voting_rules import VotingRule

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "AgendaItem",
    "Amendment",
    "AppraisalEntry",
    "AppraisalSheet",
    "Attachment",
    "AttendanceDispute",
    "Ballot",
    "Binder",
    "BranchYear",
    "CadenceRule",
    "Candidate",
    "Elector",
    "Gathering",
    "GatheringBranch",
    "HeartTalk",
    "HolidayTable",
    "Invitation",
    "LeaveRequest",
    "MakeUp",
    "PaperTemplate",
    "RecordLesson",
    "RecordQuality",
    "RecordSeal",
    "RedBase",
    "Remark",
    "Resolution",
    "RollEntry",
    "RollSheet",
    "SignIn",
    "SignInOpening",
    "SignUp",
    "SignUpOffer",
    "VotingRule",
]
