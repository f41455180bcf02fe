from django.core.management.base import BaseCommand

from notices.actions.tick import tick


class Command(BaseCommand):
    help = "处理到时的提醒和待发的邮件。由系统定时器每分钟执行一次；与 Celery 同时运行无妨，不需要 Redis。"

    def handle(self, *args, **options):
        counts = tick(ticker="notices.tick@timer")
        self.stdout.write("，".join(f"{name} {number}" for name, number in sorted(counts.items())))
