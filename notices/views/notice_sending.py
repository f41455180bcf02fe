"""Writing a notice, looking at whom it goes to, sending, correcting, withdrawing, reminding."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from branch_portal.kept import Keeping
from branch_portal.once import earlier_result, remember_result
from members.models import PartyOrganization
from notices.actions.errors import NoticeChanged, NoticeRefused
from notices.actions.notice_files import add_files
from notices.actions.notices import (
    correct_notice,
    discard_draft,
    draft_notice,
    edit_draft,
    notice_url,
    remind_unanswered,
    send_notice,
    withdraw_notice,
)
from notices.forms.notices import (
    CorrectNoticeForm,
    NoticeFilesForm,
    NoticeForm,
    SenderForm,
    SendNoticeForm,
    WithdrawNoticeForm,
)
from notices.models import Notice, NoticeAttachment
from notices.notice_initial import draft_initial, new_initial, sent_initial
from notices.queries.notice_audience import audience_words, preview, sent_this_month
from notices.queries.notices import parts_of
from notices.rules.notices import answer_wish
from notices.views.notice_target import own_notice, sender_of

CRUMBS = [("工作台", "/"), ("通知", "/notices/"), ("发出的通知", "/notices/sent/")]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """写通知: saved as a draft, looked at, then sent."""
    sender = sender_of(request, SenderForm(request.GET))
    keeping = Keeping(request, f"notices.new:{sender.uid.hex}")
    form = _form(request, keeping, sender, new_initial(sender))
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["submission_key"]
        if url := earlier_result(key, request.user):
            return redirect(url)
        row = draft_notice(by=request.user, organization=sender, words=form.words)
        keeping.forget()
        url = reverse("notices:notice-send", args=[row.uid])
        remember_result(key, url)
        return redirect(url)
    return _form_page(request, form, keeping, sender, "写通知")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, uid):
    """Change a draft."""
    row = own_notice(request, uid)
    if not row.is_draft:
        messages.error(request, "通知已经发出，内容只能更正或撤回。")
        return redirect(notice_url(row))
    keeping = Keeping(request, f"notices.draft:{row.uid.hex}")
    form, theirs = _form(request, keeping, row.organization, draft_initial(row)), None
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            edit_draft(by=request.user, notice=row, words=form.words, version=version)
            keeping.forget()
            return redirect("notices:notice-send", row.uid)
        except NoticeChanged as error:
            form.add_error(None, str(error))
            theirs = own_notice(request, uid)
        except NoticeRefused as error:
            messages.error(request, str(error))
            return redirect(notice_url(row))
    return _form_page(request, form, keeping, row.organization, "修改通知", notice=row, theirs=theirs)


def _form(request, keeping: Keeping, sender: PartyOrganization, initial: dict) -> NoticeForm:
    data = keeping.data()
    form = NoticeForm(data, user=request.user, organization=sender, parts=parts_of(sender), initial=initial)
    return keeping.offered(form)


def _form_page(
    request, form, keeping, sender, title: str, *, notice: Notice | None = None, theirs: Notice | None = None
):
    """`theirs`: what somebody else saved meanwhile, shown beside what was typed; saving again then counts."""
    context = {
        "page_title": title,
        "breadcrumbs": [*CRUMBS, (title, None)],
        "form": form,
        "sender": sender,
        "theirs": theirs,
        "back_url": reverse("notices:notice-send", args=[notice.uid]) if notice else reverse("notices:sent"),
        **keeping.context(),
    }
    return render(request, "notices/notice_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def send(request, uid):
    """核对并发出: what will be said to whom, and how much these branches have got this month."""
    row = own_notice(request, uid)
    if not row.is_draft:
        return redirect(notice_url(row))
    form = SendNoticeForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            send_notice(by=request.user, notice=row, version=form.cleaned_data["version"])
            messages.success(request, "通知已发出，站内消息马上送达。")
            return redirect(notice_url(row))
        except NoticeRefused as error:
            messages.error(request, str(error))
            return redirect("notices:notice-send", row.uid)
    above = not row.organization.is_branch
    context = {
        "page_title": "核对并发出",
        "breadcrumbs": [*CRUMBS, ("核对并发出", None)],
        "notice": row,
        "preview": preview(row),
        "audience": audience_words(row),
        "wish": answer_wish(row.wanted, row.deadline),
        "files": NoticeAttachment.objects.visible_to(request.user).kept().filter(notice=row),
        "files_form": NoticeFilesForm(user=request.user),
        "above": above,
        "this_month": sent_this_month(row) if above else 0,
    }
    return render(request, "notices/notice_send.html", context)


@require_POST
def discard(request, uid):
    """删除草稿."""
    row = own_notice(request, uid)
    try:
        discard_draft(by=request.user, notice=row)
        messages.success(request, "草稿已删除。")
    except NoticeRefused as error:
        messages.error(request, str(error))
        return redirect(notice_url(row))
    return redirect("notices:sent")


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, uid):
    """更正 what was sent, told again only when asked for."""
    row = own_notice(request, uid)
    if row.is_draft or row.is_withdrawn:
        return redirect(notice_url(row))
    form = CorrectNoticeForm(
        request.POST or None,
        request.FILES or None,
        user=request.user,
        notice=row,
        initial=sent_initial(row),
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            return _corrected(request, row, form)
        except NoticeRefused as error:
            form.add_error(None, str(error))
            theirs = own_notice(request, uid) if isinstance(error, NoticeChanged) else None
    context = {
        "page_title": "更正通知",
        "breadcrumbs": [*CRUMBS, (row.title, notice_url(row)), ("更正", None)],
        "form": form,
        "theirs": theirs,
        "notice": row,
        "back_url": notice_url(row),
    }
    return render(request, "notices/notice_correct.html", context)


def _corrected(request, row: Notice, form: CorrectNoticeForm):
    values, url = form.cleaned_data, notice_url(row)
    with transaction.atomic():
        if earlier_result(values["submission_key"], request.user):
            return redirect(url)
        remember_result(values["submission_key"], url)
        correct_notice(
            by=request.user,
            notice=row,
            words=form.words,
            correction=values["correction"],
            tell_again=values["tell_again"],
            version=values["version"],
        )
        _, refused = add_files(by=request.user, notice=row, files=values["files"])
    messages.success(
        request, "通知已更正，已再次通知。" if values["tell_again"] else "通知已更正，没有再次通知。"
    )
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect(url)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, uid):
    """撤回 with the reason."""
    row = own_notice(request, uid)
    if row.is_draft or row.is_withdrawn:
        return redirect(notice_url(row))
    form = WithdrawNoticeForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_notice(by=request.user, notice=row, reason=form.cleaned_data["reason"])
            messages.success(request, "通知已撤回，还没有送出的邮件不再发送。")
        except NoticeRefused as error:
            messages.error(request, str(error))
        return redirect(notice_url(row))
    context = {
        "page_title": "撤回通知",
        "breadcrumbs": [*CRUMBS, (row.title, notice_url(row)), ("撤回", None)],
        "form": form,
        "notice": row,
        "back_url": notice_url(row),
    }
    return render(request, "notices/notice_withdraw.html", context)


@require_POST
def remind(request, uid):
    """提醒未答复的."""
    row = own_notice(request, uid)
    try:
        count = remind_unanswered(by=request.user, notice=row)
        unit = "个党支部" if row.to_branches else "人"
        messages.success(request, f"已提醒未答复的 {count} {unit}，已答复的不再打扰。")
    except NoticeRefused as error:
        messages.error(request, str(error))
    return redirect(notice_url(row))
