import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branch_portal import rekey
from branch_portal.dates import to_local
from branch_portal.key_check import compare, register
from branch_portal.keys import KeysRefused, activate_key, activated_at, drop_key, keyring, waiting_key
from branch_portal.models import KeyEvent

#: Nothing that began before a key was put in force may still be under way: the longest job has half an hour.
GRACE_MINUTES = 60


class Command(BaseCommand):
    help = (
        "启用新密钥并把所有加密内容（含审计历史）改用它加密；可在系统运行时执行，中断后再次执行即从中断处继续"
    )

    def add_arguments(self, parser):
        parser.add_argument("--retire", metavar="K1", help="从密钥文件中删除已不再使用的旧密钥")
        parser.add_argument("--check", action="store_true", help="只统计每个密钥还有多少行在用")
        parser.add_argument("--pause", type=float, default=0.0, help="每批之间停顿的秒数")
        parser.add_argument(
            "--grace", type=int, default=GRACE_MINUTES, help="新密钥启用多少分钟后才可删除旧密钥"
        )

    def handle(self, *args, **options):
        try:
            if options["check"]:
                self._count()
            elif options["retire"]:
                self._retire(options["retire"], datetime.timedelta(minutes=options["grace"]))
            else:
                self._reseal(options["pause"])
        except KeysRefused as refused:
            raise CommandError(str(refused)) from refused

    def _reseal(self, pause: float) -> None:
        ring = keyring()
        compare(ring, using=rekey.OWNER)
        register(ring, using=rekey.OWNER)
        if kid := waiting_key(ring):
            activate_key(settings.PORTAL_KEYRING, kid)
            rekey.note(KeyEvent.What.ACTIVATED, kid)
            self.stdout.write(f"已启用密钥 {kid}，新写入的内容用它加密。")
        active = keyring().active
        outcome = rekey.reseal_all(progress=self._tell, pause=pause)
        if outcome.resealed:
            rekey.note(KeyEvent.What.RESEALED, active, outcome.resealed)
        self.stdout.write(
            f"已重新加密 {outcome.resealed} 行，其中 {outcome.emptied} 行属于已清除的个人信息，已置空。"
        )
        if outcome.unreadable:
            raise CommandError(
                f"有 {sum(outcome.unreadable.values())} 行缺少党员加密盐，没有改动：{', '.join(outcome.unreadable)}。请联系维护人员核对备份。"
            )
        if outcome.left:
            raise CommandError(f"还有 {outcome.left} 行正被其他操作占用，请再次执行 manage.py rekey。")
        self.stdout.write(f"所有加密内容都已改用 {active}。")

    def _tell(self, table: str, done: int, total: int) -> None:
        self.stdout.write(f"{table}：{done}/{total}")
        self.stdout.flush()

    def _count(self) -> None:
        ring = keyring()
        for kid in ring.keys:
            rows = rekey.rows_under(kid)
            words = "，".join(f"{table} {count} 行" for table, count in rows.items()) or "没有内容在用"
            self.stdout.write(f"{kid}{'（使用中）' if kid == ring.active else ''}：{words}")

    def _retire(self, kid: str, grace: datetime.timedelta) -> None:
        ring = keyring()
        compare(ring, using=rekey.OWNER)
        if kid not in ring.keys:
            raise CommandError(f"密钥文件里没有 {kid}。")
        if kid == ring.active:
            raise CommandError(f"{kid} 正在使用，不能删除。")
        since = activated_at(ring)
        if since is not None and since + grace > timezone.now():
            raise CommandError(
                f"{ring.active} 刚启用不久，可能还有操作没有结束；请在 {to_local(since + grace):%H:%M} 以后再删除 {kid}。"
            )
        if rows := rekey.rows_under(kid):
            words = "，".join(f"{table} {count} 行" for table, count in rows.items())
            raise CommandError(f"还有内容用 {kid} 加密（{words}），请先执行 manage.py rekey。")
        rekey.mark_retired(kid)
        drop_key(settings.PORTAL_KEYRING, kid)
        rekey.note(KeyEvent.What.RETIRED, kid)
        self.stdout.write(
            f"已从密钥文件删除 {kid}。以前的数据库备份仍需要它：请把含有 {kid} 的旧密钥文件与备份分开封存，直到这些备份到期销毁。"
        )
