from branch_portal.models.backups import BackupRun
from branch_portal.models.base import UidModel
from branch_portal.models.exports import KeptExport, ListExport
from branch_portal.models.jobs import Job
from branch_portal.models.kept import KeptForm
from branch_portal.models.keys import SubmissionKey
from branch_portal.models.ticks import ProcessBeat, TickerBeat

__all__ = [
    "BackupRun",
    "Job",
    "KeptExport",
    "KeptForm",
    "ListExport",
    "ProcessBeat",
    "SubmissionKey",
    "TickerBeat",
    "UidModel",
]
