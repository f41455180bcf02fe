from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from branch_portal.keys import KeysRefused, add_key, create_keyring


class Command(BaseCommand):
    help = "密钥文件不存在时生成一个（仅本用户可读）；--rotate 加入一个新密钥，由 rekey 启用。请与数据备份分开保存"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--rotate", action="store_true", help="加入一个新密钥；执行 manage.py rekey 后才开始使用"
        )

    def handle(self, *args, **options):
        path = settings.PORTAL_KEYRING
        made = create_keyring(path)
        self.stdout.write(f"已生成密钥文件 {path}" if made else f"密钥文件已存在：{path}")
        if options["rotate"] and not made:
            try:
                kid = add_key(path)
            except KeysRefused as refused:
                raise CommandError(str(refused)) from refused
            self.stdout.write(
                f"已加入密钥 {kid}，尚未启用。请先另行备份密钥文件，再执行 manage.py rekey 启用它并重新加密。"
            )
