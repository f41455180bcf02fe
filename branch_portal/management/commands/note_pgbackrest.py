import datetime
import json
import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branch_portal.backup.runs import Ended, note
from branch_portal.models import BackupRun

TOOL = "pgbackrest"


class Command(BaseCommand):
    help = "把 pgBackRest 的情况登记到“运行状态”：从标准输入读 pgbackrest --output=json info；加 --drill 则登记一次恢复演练"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--stanza", default="portal")
        parser.add_argument(
            "--drill", type=int, metavar="退出码", help="演练脚本的退出码，标准输入是它说的话"
        )

    def handle(self, *args, stanza: str, drill: int | None, **options):
        text = sys.stdin.read()
        if drill is not None:
            outcome = BackupRun.Outcome.FAILED if drill else BackupRun.Outcome.DONE
            words = " ".join(text.split())[-900:]
            note(BackupRun.Kind.DRILL, outcome, timezone.now(), Ended(words=words), tool=TOOL)
            return
        try:
            [found] = [each for each in json.loads(text) if each["name"] == stanza]
            backups, status = found["backup"], found["status"]
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"看不懂 pgbackrest info 的输出（{error}）：应为 --output=json") from None
        self._good([each for each in backups if not each.get("error")])
        if status["code"]:
            words = f"pgBackRest 报告：{status['message']}"
            note(
                BackupRun.Kind.BACKUP, BackupRun.Outcome.FAILED, timezone.now(), Ended(words=words), tool=TOOL
            )

    @staticmethod
    def _good(backups: list[dict]) -> None:
        """Each backup once; one that is no longer there is no longer good."""
        rows = BackupRun.objects.unscoped("the operator's timer notes what pgBackRest has").filter(tool=TOOL)
        known = rows.filter(kind=BackupRun.Kind.BACKUP).exclude(outcome=BackupRun.Outcome.FAILED)
        labels = {each["label"] for each in backups}
        known.exclude(name__in=labels).delete()
        present = set(known.values_list("name", flat=True))
        for each in backups:
            if each["label"] not in present:
                start, stop = (
                    datetime.datetime.fromtimestamp(each["timestamp"][name], datetime.UTC)
                    for name in ("start", "stop")
                )
                rows.create(
                    kind=BackupRun.Kind.BACKUP,
                    tool=TOOL,
                    name=each["label"],
                    outcome=BackupRun.Outcome.DONE,
                    started_at=start,
                    finished_at=stop,
                    size_bytes=each["info"]["size"],
                    words=f"pgBackRest {each['type']}",
                )
