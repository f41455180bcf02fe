import sys

from django.core.management.base import BaseCommand

from branch_portal.health import look


class Command(BaseCommand):
    help = "检查后台进程、提醒、邮件和任务；有问题时逐条列出并以 1 退出。可由 cron 或监控系统执行，不需要网页服务。"

    def handle(self, *args, **options):
        health = look()
        for alarm in health.alarms:
            self.stdout.write(f"{alarm.key}：{alarm.words}{alarm.advice}")
        if not health.well:
            sys.exit(1)
        self.stdout.write("一切正常。")
