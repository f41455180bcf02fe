import json
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from branch_portal.dates import today_shanghai
from supervision.demo.accounts import reset_logins
from supervision.demo.load import demo_is_loaded, load, real_data_is_present


class Command(BaseCommand):
    help = (
        "装入演示数据（一个镇党委、十二个支部、两年的组织生活）；有真实数据的库会被拒绝，重复执行不会重复装入"
    )

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="库中已有其他数据时安静退出")
        parser.add_argument(
            "--write-logins", type=Path, metavar="文件", help="把演示账号写入该文件（仅本用户可读）"
        )
        parser.add_argument("--seed", type=int, default=2026, help="随机种子；同一种子生成同样的数据")

    def handle(self, *args, **options):
        if real_data_is_present():
            if options["if_empty"]:
                self.stdout.write("库中已有数据，不装入演示数据。")
                return
            raise CommandError("库中已有真实数据，不能装入演示数据。请换一个空库（DATABASE_URL）再执行。")
        loaded = not demo_is_loaded()
        if not loaded:
            self.stdout.write("演示数据已在库中。")
        else:
            load(today=today_shanghai(), seed=options["seed"])
            self.stdout.write("已装入演示数据。")
        path = options["write_logins"]
        # Passwords are kept nowhere else: without the file, or with one of an earlier database, they are made anew.
        if path and (loaded or not path.exists()):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(reset_logins(), file, ensure_ascii=False, indent=1)
