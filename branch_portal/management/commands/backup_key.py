from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from branch_portal.backup import BackupError
from branch_portal.backup.keys import create_key


class Command(BaseCommand):
    help = "生成备份密钥文件（仅本用户可读，已有的不会覆盖）；没有它，备份谁也打不开"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--to", default="", help="密钥文件，默认 PORTAL_BACKUP_KEY")

    def handle(self, *args, to: str, **options):
        path = Path(to) if to else settings.PORTAL_BACKUP_KEY
        try:
            key = create_key(path)
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"已生成备份密钥 {key.number}：{path}。请立即另存两份（例如两只 U 盘，由两人分别保管），"
            f"字段密钥 {settings.PORTAL_KEYRING} 也一并另存；两者都不要放进备份文件夹"
        )
