"""Writing down how a backup, drill or restore ended. A database that is away takes no note, and is alarm enough."""

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error
from django.utils import timezone

from branch_portal.backup import BackupError
from branch_portal.models import BackupRun

logger = logging.getLogger(__name__)
_KEPT = datetime.timedelta(days=400)


@dataclass
class Ended:
    """What the work hands back."""

    name: str = ""
    size: int = 0
    words: str = ""
    warning: bool = False


def noted(kind: str, work: Callable[[], Ended], *, tool: str = "portal") -> Ended:
    """Do the work and write its end; what it raises is raised again."""
    began = timezone.now()
    try:
        ended = work()
    except BackupError as error:
        note(kind, BackupRun.Outcome.FAILED, began, Ended(words=str(error)), tool=tool)
        raise
    except Exception as error:
        note(
            kind, BackupRun.Outcome.FAILED, began, Ended(words=f"程序出错：{type(error).__name__}"), tool=tool
        )
        raise
    outcome = BackupRun.Outcome.WARNING if ended.warning else BackupRun.Outcome.DONE
    note(kind, outcome, began, ended, tool=tool)
    return ended


def note(kind: str, outcome: str, began: datetime.datetime, ended: Ended, *, tool: str = "portal") -> None:
    now = timezone.now()
    try:
        runs = BackupRun.objects.unscoped("the clock and the operator's shell note what they did")
        runs.filter(finished_at__lt=now - _KEPT).delete()
        runs.create(
            kind=kind,
            tool=tool,
            name=ended.name[:120],
            outcome=outcome,
            started_at=min(began, now),  # the clock may have been set back meanwhile
            finished_at=now,
            size_bytes=ended.size,
            words=ended.words[:1000],
        )
    except Error:
        logger.exception("the end of a %s was not noted: %s", kind, ended.words)
