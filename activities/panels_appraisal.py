"""What appraisals and talks show elsewhere: on the record's page, and on a member's card."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

from activities.appraisal_tables import summary
from activities.models import ActivityKind, ActivityRecord, AppraisalEntry
from activities.page_panels import PageLink, record_link, record_panel
from activities.queries.appraisal import keeps_appraisals, results_of, sheet_rows
from activities.queries.talks import keeps_talks, talks_of
from activities.rules.appraisal import APPRAISAL_EXCELLENT_BASE
from activities.rules.states import EDITABLE
from activities.talk_tables import own_columns
from branch_portal.permissions import Permission
from branch_portal.registries import Panel, card_tab
from branch_portal.tables import Column, Table

_RECORD_TEMPLATE = "activities/_panel_appraisal.html"


@record_panel
def appraisal_of_record(request, record):
    """Counts for who keeps the records, the way in for the committee, and a member's own result."""
    if record.kind != ActivityKind.APPRAISAL:
        return None
    url = reverse("activities:appraisal", args=[record.uid])
    if keeps_appraisals(request.user, record.branch):
        return Panel(_RECORD_TEMPLATE, _counts(record, url), order=50)
    if request.user.access.may(Permission.VIEW_APPRAISALS, record.branch):
        context = {"url": url, "action": "查看评议表", "text": "查看评议结果需要填写事由。"}
        return Panel(_RECORD_TEMPLATE, context, order=50)
    own = _own(request, record)
    return Panel(_RECORD_TEMPLATE, {"own": own}, order=50) if own else None


@record_link
def appraisal_link(request, record):
    """The panel stands under a long roll; the way to the sheet stands on top as well."""
    if record.kind != ActivityKind.APPRAISAL:
        return None
    if not request.user.access.may(Permission.VIEW_APPRAISALS, record.branch):
        return None
    return PageLink("民主评议表", reverse("activities:appraisal", args=[record.uid]))


def _counts(record: ActivityRecord, url: str) -> dict:
    found = sheet_rows(record)
    open_ = record.state in EDITABLE
    if found.sheet is None:
        words = "评议结果还没有登记。" if open_ else "没有登记评议结果。"
        return {"url": url if open_ else "", "action": "登记评议结果", "text": words}
    counted = summary(found.rows, found.sheet.excellent_base or APPRAISAL_EXCELLENT_BASE)
    return {
        "url": url,
        "action": "修改评议表" if open_ else "查看评议表",
        "stats": counted["stats"],
        "over": f"{counted['caps'].sentence}，超过上限" if counted["caps"].over else "",
    }


def _own(request, record):
    if request.user.member_id is None:
        return None
    mine = AppraisalEntry.objects.visible_to(request.user).filter(member=request.user.member_id)
    return mine.filter(sheet__record=record).first()


@card_tab("appraisal", "评议", 45)
def member_appraisals(request, member):
    """A member's results by year. The committee finds the way to the sheets, where it says why it looks."""
    own = member.pk == request.user.member_id
    rows = results_of(request.user, member)
    if not rows and not own and not request.user.may(Permission.VIEW_APPRAISALS):
        return None
    panel = {
        "rows": rows,
        "table": Table(_result_columns(request, own=own), rows, numbered=False),
        "own": own,
    }
    return "activities/_card_appraisal.html", {"panel": panel}


def _result_columns(request, *, own):
    def opened(entry: AppraisalEntry) -> bool:
        return own or keeps_appraisals(request.user, entry.branch)

    def grade(entry: AppraisalEntry):
        if not opened(entry):
            return "在评议表中查看"
        return "不评定等次" if entry.category == AppraisalEntry.Category.PROBATIONARY else entry.grade_label

    def sheet(entry: AppraisalEntry):
        if not request.user.access.may(Permission.VIEW_APPRAISALS, entry.branch):
            return ""
        url = reverse("activities:appraisal", args=[entry.sheet.record.uid])
        return format_html('<a href="{}">评议表</a>', url)

    columns = [
        Column("年度", lambda entry: f"{entry.sheet.record.assessment_year}年"),
        Column("党支部", lambda entry: str(entry.branch)),
        Column("评定意见", grade),
        Column("主要问题", lambda entry: entry.reason if opened(entry) else ""),
        Column("后续措施", lambda entry: entry.follow_up if opened(entry) else ""),
        Column("反馈日期", lambda entry: entry.fed_back_on),
    ]
    return columns if own else [*columns, Column("操作", lambda entry: "", cell=sheet, export=False)]


@card_tab("talks", "谈心谈话", 46)
def member_talks(request, member):
    """The member's latest talks that the reader may see; what they were about stands on their own pages."""
    table = Table(own_columns(), talks_of(request.user, member), numbered=False, caption="谈心谈话")
    url, may_log = reverse("activities:talks"), False
    if member.branch is not None and keeps_talks(request.user, member.branch):
        query = urlencode({"for": member.branch.uid, "with": member.uid})
        url, may_log = f"{reverse('activities:talk-new')}?{query}", True
    return "activities/_card_talks.html", {"panel": {"table": table, "url": url, "may_log": may_log}}
