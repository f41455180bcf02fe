from branch_portal.models.anchors import AuditAnchor
from branch_portal.models.backups import BackupRun
from branch_portal.models.base import UidModel
from branch_portal.models.exports import KeptExport, ListExport
from branch_portal.models.jobs import Job
from branch_portal.models.kept import KeptForm
from branch_portal.models.keys import SubmissionKey
from branch_portal.models.sealing import KeyEvent, RetentionRun, SealingKey
from branch_portal.models.ticks import ProcessBeat, TickerBeat

__all__ = [
    "AuditAnchor",
    "BackupRun",
    "Job",
    "KeptExport",
    "KeptForm",
    "KeyEvent",
    "ListExport",
    "ProcessBeat",
    "RetentionRun",
    "SealingKey",
    "SubmissionKey",
    "TickerBeat",
    "UidModel",
]
