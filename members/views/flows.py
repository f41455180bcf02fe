"""流动、失联、停止党籍: one form and one action each; the page of who needs attention; voting rights."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from branch_portal.tables import Table
from members.actions import statuses as actions
from members.actions import voting_facts
from members.actions.affiliations import open_affiliation
from members.card_tabs import may_reopen
from members.forms.flows import (
    AwayForm,
    ContactForm,
    CorrectStatusForm,
    EndStatusForm,
    LostForm,
    ReopenForm,
    SuspendForm,
    VotingFactDaysForm,
    VotingFactForm,
)
from members.models import Member, MemberStatus, VotingRightFact
from members.queries.attention import concerns
from members.tables import attention_columns
from members.views.cards import crumbs, may_on, member_or_404
from members.views.small_forms import editable_or_403, form_page, small_form

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_Kind = MemberStatus.Kind
ATTENTION_LIMIT = 500


def _begin(request, uid, form_class, action, title: str, lead: str = ""):
    member = editable_or_403(request, uid)
    return small_form(
        request,
        member,
        form_class(request.POST or None, user=request.user),
        title=title,
        button="保存",
        tab="floating",
        lead=lead,
        act=lambda cleaned: action(by=request.user, member=member, **cleaned),
    )


def _end(request, uid, kind: str, title: str):
    return _begin(
        request,
        uid,
        EndStatusForm,
        lambda **cleaned: actions.end_status(kind=kind, **cleaned),
        title,
    )


@_FORM_METHODS
def away(request, uid):
    lead = (
        "外出六个月以上且地点相对固定的，应当转接组织关系；连续六个月不能参加活动又未转接的，按流动党员管理。"
    )
    return _begin(request, uid, AwayForm, actions.go_away, "登记外出", lead)


@_FORM_METHODS
def back(request, uid):
    return _end(request, uid, _Kind.FLOATING, "登记返回")


@_FORM_METHODS
def lost(request, uid):
    return _begin(request, uid, LostForm, actions.lose_contact, "登记失去联系")


@_FORM_METHODS
def found(request, uid):
    return _end(request, uid, _Kind.OUT_OF_CONTACT, "登记恢复联系")


@_FORM_METHODS
def suspend(request, uid):
    lead = "按上级党组织的批准登记；停止党籍期间不计入应到会人数，不收党费。"
    return _begin(request, uid, SuspendForm, actions.suspend, "登记停止党籍", lead)


@_FORM_METHODS
def restore(request, uid):
    return _end(request, uid, _Kind.SUSPENDED, "登记恢复党籍")


@_FORM_METHODS
def contact(request, uid):
    def log(*, member, reached, **cleaned):
        actions.log_contact(member=member, reached=reached, **cleaned)
        if reached and member.statuses.open().filter(kind=_Kind.OUT_OF_CONTACT).exists():
            return "已保存。该党员登记为失去联系，已联系上本人的，请再登记恢复联系。"
        return None

    return _begin(request, uid, ContactForm, log, "登记联系")


@_FORM_METHODS
def correct(request, uid):
    statuses = MemberStatus.objects.visible_to(request.user).select_related(
        "member__branch", "member__left_branch"
    )
    status = get_object_or_404(statuses, uid=uid)
    member = status.member
    if not request.user.access.may(Permission.EDIT_ROSTER, member.branch or member.left_branch):
        raise PermissionDenied
    return small_form(
        request,
        member,
        CorrectStatusForm(request.POST or None, user=request.user, status=status),
        title=f"更正“{status.get_kind_display()}”的起止日期",
        button="保存更正",
        tab="floating",
        act=lambda cleaned: actions.correct_status(by=request.user, status=status, **cleaned),
    )


@_FORM_METHODS
def reopen(request, uid):
    """恢复或转回: a former member comes back into a branch."""
    member = member_or_404(request, uid)
    if not may_reopen(request.user, member):
        raise PermissionDenied
    return small_form(
        request,
        member,
        ReopenForm(request.POST or None, user=request.user, member=member),
        title="恢复或转回",
        button="登记增加",
        tab="affiliations",
        act=lambda cleaned: open_affiliation(by=request.user, member=member, **cleaned),
    )


@require_safe
def attention(request):
    """需要关注: whom the reminders count is named here, for whoever may see them."""
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    found = concerns(Member.objects.permitted(request.user, Permission.VIEW_ROSTER), today_shanghai())
    return render(
        request,
        "members/attention.html",
        {
            "page_title": "需要关注的党员",
            "table": Table(attention_columns(), found[:ATTENTION_LIMIT], caption="需要关注的党员"),
            "total": len(found),
            "limit": ATTENTION_LIMIT if len(found) > ATTENTION_LIMIT else None,
            "breadcrumbs": [
                ("工作台", reverse("workbench")),
                ("党员", reverse("members:roster")),
                ("需要关注的党员", None),
            ],
        },
    )


@_FORM_METHODS
def voting(request, uid):
    """表决权情形, for who runs votes; everybody else learns nothing, not even whether there is one."""
    member = member_or_404(request, uid)
    if not may_on(request, Permission.RUN_VOTES, member):
        raise PermissionDenied
    facts = VotingRightFact.objects.visible_to(request.user).filter(member=member)
    return form_page(
        request,
        VotingFactForm(request.POST or None, user=request.user),
        title="表决权情形",
        subtitle=member.name,
        button="登记",
        back=reverse("members:voting", args=[member.uid]),
        trail=crumbs(request, member, ("表决权情形", None)),
        act=lambda cleaned: voting_facts.record_voting_fact(by=request.user, member=member, **cleaned),
        template="members/voting.html",
        facts=facts.order_by("-period", "code"),
    )


@_FORM_METHODS
def voting_days(request, uid):
    facts = VotingRightFact.objects.visible_to(request.user).select_related("member__branch")
    fact = get_object_or_404(facts, uid=uid)
    back_url = reverse("members:voting", args=[fact.member.uid])
    return form_page(
        request,
        VotingFactDaysForm(request.POST or None, user=request.user, fact=fact),
        title="修改起止日期",
        subtitle=fact.member.name,
        button="保存",
        back=back_url,
        trail=crumbs(request, fact.member, ("表决权情形", back_url), ("修改起止日期", None)),
        act=lambda cleaned: voting_facts.set_voting_fact_days(by=request.user, fact=fact, **cleaned),
    )
