from django.conf import settings
from django.core.management.base import BaseCommand

from branch_portal.crypto import create_keyring


class Command(BaseCommand):
    help = "密钥文件不存在时生成一个（仅本用户可读）；请与数据备份分开保存"
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        path = settings.PORTAL_KEYRING
        self.stdout.write(f"已生成密钥文件 {path}" if create_keyring(path) else f"密钥文件已存在：{path}")
