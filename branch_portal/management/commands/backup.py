from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from branch_portal.backup import BackupError
from branch_portal.backup.configured import backup_folder, backup_key, backup_now, key_lies_apart
from branch_portal.backup.programs import free_bytes


class Command(BaseCommand):
    help = (
        "备份数据库与媒体文件：一致、加密、写完才算数；随后清理过期备份（每日 7 份、每周 5 份，最长 35 天）"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--to", default="", help="备份文件夹，默认 PORTAL_BACKUP_DIR")
        parser.add_argument("--key", default="", help="备份密钥文件，默认 PORTAL_BACKUP_KEY")

    def handle(self, *args, to: str, key: str, **options):
        try:
            target = backup_folder(to)
            if key:
                key_lies_apart(target, Path(key))
            ended = backup_now(target, backup_key(key))
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"备份完成：{target / ended.name}，{ended.size / 1e6:.1f} MB；{ended.words}。"
            f"备份盘剩余 {free_bytes(target) >> 20} MB"
        )
