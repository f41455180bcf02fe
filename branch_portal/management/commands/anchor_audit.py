from django.core.management.base import BaseCommand
from django.utils import timezone

from branch_portal.actions_audit_chain import anchor_audit


class Command(BaseCommand):
    help = "为已过去的每一天的审计记录生成锚点。定时执行即可，重复执行无妨，不需要 Redis。"

    def handle(self, *args, **options):
        self.stdout.write(f"固定了 {anchor_audit(now=timezone.now())} 天的审计记录。")
