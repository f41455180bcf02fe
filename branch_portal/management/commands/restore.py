import os
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branch_portal.backup import BackupError
from branch_portal.backup.configured import backup_folder, backup_key, chosen
from branch_portal.backup.programs import address, last_words
from branch_portal.backup.restoring import restore
from branch_portal.backup.runs import Ended, note
from branch_portal.models import BackupRun


class Command(BaseCommand):
    help = "从备份恢复数据库、媒体文件和授权；先检查备份和密钥，最后与备份登记逐表核对"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("backup", help="备份的文件夹或名称，或 newest")
        parser.add_argument("--from", dest="source", default="", help="备份文件夹，默认 PORTAL_BACKUP_DIR")
        parser.add_argument("--into", default="", help="属主角色的数据库地址，默认 DATABASE_OWNER_URL")
        parser.add_argument("--media", default="", help="媒体文件夹，默认门户自己的")
        parser.add_argument("--key", default="", help="备份密钥文件，默认 PORTAL_BACKUP_KEY")
        parser.add_argument("--keyring", default="", help="字段密钥文件，默认 PORTAL_KEYRING")
        parser.add_argument("--replace", action="store_true", help="目标已有内容时，用备份替换")

    def handle(self, *args, backup: str, source: str, into: str, media: str, keyring: str, **options):
        began, started = time.monotonic(), timezone.now()
        if keyring:
            settings.PORTAL_KEYRING = Path(keyring)
        try:
            found = chosen(backup, lambda: backup_folder(source))
            manifest = restore(
                found,
                backup_key(self._key_path(options["key"])),
                database=address(into) if into else settings.DATABASES["owner"],
                media_root=Path(media) if media else Path(settings.MEDIA_ROOT),
                replace=options["replace"],
                now=started,
                tell=self.stdout.write,
            )
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write("升级到本版本的结构并重新授权")
        self._migrate(into)
        rows = sum(mark["rows"] for mark in manifest["tables"].values())
        words = (
            f"{len(manifest['tables'])} 张表 {rows} 行、媒体文件 {len(manifest['media'])} 个，与备份逐一相符"
        )
        if not into:
            ended = Ended(found.name, found.size, words)
            note(BackupRun.Kind.RESTORE, BackupRun.Outcome.DONE, started, ended)
        self.stdout.write(f"恢复完成，用时 {time.monotonic() - began:.0f} 秒：{words}")

    @staticmethod
    def _key_path(given: str) -> str:
        """Ask for the key where somebody sits, because on a new machine it is nowhere yet."""
        if given or settings.PORTAL_BACKUP_KEY.exists() or not sys.stdin.isatty():
            return given
        return input("请输入备份密钥文件的位置：").strip()

    @staticmethod
    def _migrate(into: str) -> None:
        """In a process of its own: its settings name the target, and no connection is older than the restored database."""
        environment = {**os.environ, "PORTAL_KEYRING": str(settings.PORTAL_KEYRING)}
        if into:
            _, at, place = into.rpartition("@")
            who = settings.DATABASE_URL.rpartition("@")[0]
            environment |= {"DATABASE_OWNER_URL": into, "DATABASE_URL": f"{who}{at}{place}"}
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise CommandError(
                f"数据已恢复，但升级结构或授权没有成功：{last_words(done.stderr)}。请执行 manage.py migrate"
            )
