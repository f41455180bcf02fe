import time

from django.core.management.base import BaseCommand

from branch_portal.jobs import run_one


class Command(BaseCommand):
    help = "Run waiting jobs without Celery: until stopped, or with --once until none is left."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="stop when none is waiting")
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two looks")

    def handle(self, *args, once: bool, every: float, **options):
        while True:
            count = 0
            while run_one():
                count += 1
            if once:
                self.stdout.write(f"{count} job(s) run")
                return
            time.sleep(every)
