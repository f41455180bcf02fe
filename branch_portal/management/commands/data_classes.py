from django.core.management.base import BaseCommand

from branch_portal.data_classes import as_markdown


class Command(BaseCommand):
    help = "打印数据分级表（docs/data-classes.md）"
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        self.stdout.write(as_markdown(), ending="")
