from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from branch_portal.key_shares import join
from branch_portal.keys import KeysRefused, put_ring


class Command(BaseCommand):
    help = "用 split_keys 打印的两份密钥恢复密钥文件"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("first", type=Path, help="录入了第一份的文本文件")
        parser.add_argument("second", type=Path, help="录入了第二份的文本文件")

    def handle(self, *args, **options):
        path = Path(settings.PORTAL_KEYRING)
        try:
            text = join(options["first"].read_text(), options["second"].read_text())
            put_ring(path, text)
        except OSError as error:
            raise CommandError(f"读不了文件：{error.filename}") from error
        except KeysRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已恢复密钥文件 {path}。请销毁录入时用的文本文件。")
