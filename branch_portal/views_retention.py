"""保存期限: the rules as they are in force, and what the last run removed. Nothing is set here."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.queries_retention import last_run
from branch_portal.retention import RetentionRule, retention_rules
from branch_portal.tables import Column, Table
from branch_portal.views_operations import operators_page


def period(rule: RetentionRule) -> str:
    return f"{rule.kept} {rule.days_kept} 天" if rule.days_kept else rule.kept


def _columns(run) -> list[Column]:
    def removed(rule: RetentionRule) -> str:
        if run is None:
            return ""
        if rule.key in run.failed:
            return "没有完成"
        return str(run.removed.get(rule.key, ""))

    return [
        Column("数据", lambda rule: rule.data),
        Column("保存", period),
        Column("到期后", lambda rule: rule.then),
        Column("上次清理", removed, numeric=True),
    ]


@require_safe
@operators_page
def retention(request):
    run = last_run()
    context = {
        "page_title": "保存期限",
        "breadcrumbs": [
            ("工作台", "/"),
            ("运行状态", reverse("operations:status")),
            ("保存期限", None),
        ],
        "run": run,
        "rules": Table(_columns(run), retention_rules(), caption="保存期限", numbered=False),
    }
    return render(request, "operations/retention.html", context)
