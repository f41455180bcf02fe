"""保存期限 of people who have left, accounts, and what was taken in and out of the roster."""

import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from branch_portal.dates import to_local
from branch_portal.retention import RetentionRule, retention_rule
from members.actions.shredding import shred_members
from members.models import (
    AccountLink,
    Affiliation,
    FirstAdminLink,
    ImportBatch,
    LoginAttempt,
    Member,
    PersonalDataErasure,
    RosterExport,
    SecurityEvent,
    SignInSession,
)


def _left_before(cutoff: datetime.datetime):
    """Members without a branch whose last affiliation ended before, and who still have something to clear."""
    day = to_local(cutoff).date()
    of_member = Affiliation.objects.filter(member=OuterRef("pk"))
    later = of_member.filter(Q(period__upper_inf=True) | Q(period__endswith__gt=day))
    return Member.objects.filter(
        Exists(of_member), ~Exists(later), branch__isnull=True, sealing_key__isnull=False
    )


def _shred(rows) -> int:
    return shred_members(
        by=None,
        member_ids=rows.values_list("pk", flat=True),
        ground=PersonalDataErasure.Ground.RETENTION,
    )


def _expire_events(rows) -> int:
    """The site may not delete security events; the owner's function does, and never those of the last six months."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT members_expire_security_events(%s)", [list(rows.values_list("pk", flat=True))])
        return cursor.fetchone()[0]


def _expire_batches(rows) -> int:
    """The cells go; figures stay, and whether it was imported."""
    rows.filter(state__in=[ImportBatch.State.PENDING, ImportBatch.State.QUEUED]).update(
        state=ImportBatch.State.EXPIRED
    )
    return rows.update(content=b"", preview={})


retention_rule(
    RetentionRule(
        key="left_members",
        data="已转出、出党和去世党员的公民身份号码、出生日期、电话、住址",
        kept="离开后（期间只显示遮盖后的内容）",
        then="销毁加密盐：现有记录、修改历史和到期后的备份都无法再解密",
        days=365,
        minimum=180,
        due=_left_before,
        remove=_shred,
        order=10,
    ),
    RetentionRule(
        key="roster_exports",
        data="后台导出的名册文件",
        kept="导出后",
        then="清空文件和筛选条件，保留导出记录",
        days=1,
        minimum=1,
        due=lambda cutoff: RosterExport.objects.filter(created_at__lt=cutoff).kept(),
        remove=lambda rows: rows.update(content=b"", asked=b""),
        order=21,
    ),
    RetentionRule(
        key="imports",
        data="上传的名册文件内容",
        kept="上传后",
        then="清空内容，保留导入结果",
        days=1,
        minimum=1,
        due=lambda cutoff: ImportBatch.objects.filter(created_at__lt=cutoff).with_content(),
        remove=_expire_batches,
        order=22,
    ),
    RetentionRule(
        key="sessions",
        data="登录会话",
        kept="失效后",
        then="删除",
        days=0,
        minimum=0,
        due=lambda cutoff: SignInSession.objects.filter(expire_date__lte=cutoff),
        order=40,
    ),
    RetentionRule(
        key="account_links",
        data="开通账号、重设密码的一次性链接",
        kept="失效后",
        then="删除",
        days=30,
        minimum=1,
        due=lambda cutoff: AccountLink.objects.filter(expires_at__lt=cutoff),
        order=41,
    ),
    RetentionRule(
        key="first_links",
        data="开通首个管理员的一次性链接",
        kept="生成后",
        then="删除",
        days=30,
        minimum=7,
        due=lambda cutoff: FirstAdminLink.objects.filter(created_at__lt=cutoff),
        order=42,
    ),
    RetentionRule(
        key="login_attempts",
        data="登录尝试次数",
        kept="统计窗口结束后",
        then="删除",
        days=30,
        minimum=1,
        due=lambda cutoff: LoginAttempt.objects.filter(ends_at__lt=cutoff),
        order=43,
    ),
    RetentionRule(
        key="security_events",
        data="账号安全记录",
        kept="发生后（网络安全法要求不少于六个月）",
        then="删除",
        days=365,
        minimum=184,
        due=lambda cutoff: SecurityEvent.objects.filter(at__lt=cutoff),
        remove=_expire_events,
        order=44,
    ),
)
