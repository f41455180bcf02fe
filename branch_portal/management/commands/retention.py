from django.core.management.base import BaseCommand, CommandError

from branch_portal.retention import due_rows, retention_rules, run_retention


class Command(BaseCommand):
    help = "按保存期限清理到期数据；--dry-run 只统计，不清理"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="只统计各项将清理多少条")

    def handle(self, *args, **options):
        names = {rule.key: rule.data for rule in retention_rules()}
        if options["dry_run"]:
            for key, count in due_rows().items():
                self.stdout.write(f"{key} {names[key]}：{count} 条到期")
            return
        run = run_retention()
        if run is None:
            raise CommandError("另一次清理正在进行，请稍后再试。")
        for key, count in run.removed.items():
            self.stdout.write(f"{key} {names[key]}：已清理 {count} 条")
        if run.failed:
            raise CommandError(f"没有完成：{', '.join(run.failed)}；原因见日志。")
