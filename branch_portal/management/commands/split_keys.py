from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from branch_portal.key_shares import split
from branch_portal.keys import KeysRefused


class Command(BaseCommand):
    help = "把密钥文件打印成两份，分别装入信封由两人保管；单独一份没有用处，两份用 join_keys 合成"
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        try:
            shares = split(Path(settings.PORTAL_KEYRING))
        except KeysRefused as refused:
            raise CommandError(str(refused)) from refused
        for number, share in zip("一二", shares, strict=True):
            self.stdout.write(f"—— 密钥第{number}份（共两份），请单独打印、密封、交一人保管 ——\n{share}\n")
