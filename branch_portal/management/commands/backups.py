import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branch_portal.backup import BackupError
from branch_portal.backup.clock import watch
from branch_portal.backup.configured import backup_folder
from branch_portal.backup.folder import all_stored
from branch_portal.dates import to_local
from branch_portal.health import span


class Command(BaseCommand):
    help = "列出现有备份：时间、大小、是否检查过；登记过却不见了的也列出，并以 1 退出"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="source", default="", help="备份文件夹，默认 PORTAL_BACKUP_DIR")

    def handle(self, *args, source: str, **options):
        try:
            target = backup_folder(source)
        except BackupError as error:
            raise CommandError(str(error)) from None
        now = timezone.now()
        found = all_stored(target)
        for each in found:
            checked = each.verified_at
            said = f"{to_local(checked):%Y-%m-%d} 检查完好" if checked else "尚未检查"
            age = span(max(now - each.made_at, datetime.timedelta()))
            self.stdout.write(
                f"{each.name}  {age}前  {each.size / 1e6:.1f} MB  版本 {each.head['version']}  密钥 {each.head['key']}  {said}"
            )
        if not found:
            self.stdout.write(f"{target} 中没有完整的备份")
        if not source and (lost := watch(target)):
            raise CommandError(f"登记过的备份不见了：{'、'.join(lost)}")
