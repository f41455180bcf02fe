from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branch_portal.backup import BackupError
from branch_portal.backup.checking import findings
from branch_portal.backup.configured import backup_folder, backup_key, chosen
from branch_portal.backup.folder import all_stored


class Command(BaseCommand):
    help = "逐字节检查备份，不恢复；有一位不对也会指出是哪个文件"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("backup", nargs="?", default="newest", help="备份的文件夹或名称；默认最新一份")
        parser.add_argument("--all", action="store_true", help="检查所有备份")
        parser.add_argument("--from", dest="source", default="", help="备份文件夹，默认 PORTAL_BACKUP_DIR")
        parser.add_argument("--key", default="", help="备份密钥文件，默认 PORTAL_BACKUP_KEY")

    def handle(self, *args, backup: str, source: str, key: str, **options):
        try:
            secret = backup_key(key)
            found = (
                all_stored(backup_folder(source))
                if options["all"]
                else [chosen(backup, lambda: backup_folder(source))]
            )
        except BackupError as error:
            raise CommandError(str(error)) from None
        bad = 0
        for each in found:
            wrong = findings(each, secret)
            for words in wrong:
                self.stdout.write(words)
            if wrong:
                bad += 1
            else:
                each.note_verified(timezone.now())
                self.stdout.write(f"备份 {each.name} 完好")
        if bad:
            raise CommandError(f"{bad} 份备份已损坏，不能用于恢复")
