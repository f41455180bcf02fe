import time

from django.core.management.base import BaseCommand, CommandError

from branch_portal.backup import BackupError
from branch_portal.backup.configured import backup_folder, backup_key, chosen
from branch_portal.backup.drill import drill


class Command(BaseCommand):
    help = "恢复演练：把最新备份恢复到临时数据库，核对行数和内容，打开 100 项个人信息字段；结果显示在“运行状态”页"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("backup", nargs="?", default="newest", help="备份的文件夹或名称；默认最新一份")
        parser.add_argument("--from", dest="source", default="", help="备份文件夹，默认 PORTAL_BACKUP_DIR")
        parser.add_argument("--key", default="", help="备份密钥文件，默认 PORTAL_BACKUP_KEY")
        parser.add_argument(
            "--database", default="", help="演练用的数据库地址（会被清空，库名须含 drill）；默认临时启动一个"
        )

    def handle(self, *args, backup: str, source: str, key: str, database: str, **options):
        began = time.monotonic()
        try:
            ended = drill(
                lambda: chosen(backup, lambda: backup_folder(source)),
                backup_key(key),
                url=database,
                tell=self.stdout.write,
            )
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"演练成功（备份 {ended.name}，{time.monotonic() - began:.0f} 秒）：{ended.words}")
