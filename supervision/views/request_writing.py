"""Writing a work request: the form, what the portal proposes meanwhile, and the look before it is sent."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.kept import Keeping
from branch_portal.once import earlier_result, remember_result
from branch_portal.tables import xlsx_bytes
from members.models import PartyOrganization
from supervision.actions.request_errors import WorkChanged, WorkRefused
from supervision.actions.requests import draft_request, edit_request, send_request
from supervision.forms.requests import (
    FreeFields,
    ProposalForm,
    RequestForm,
    RequestSenderForm,
    SendRequestForm,
    draft_initial,
    draft_rows,
    new_initial,
)
from supervision.models import WorkRequest
from supervision.queries.collected import known_rows, source_words
from supervision.queries.duplicates import knowledge_of
from supervision.queries.held import held_figures
from supervision.queries.requests import audience_words, parts_of, sent_this_month
from supervision.rules.held import meaning, proposals
from supervision.tables.requests import request_url
from supervision.views.access import admin_context
from supervision.views.request_access import HOME, TITLE, own_request, sender_of
from supervision.views.requests import download, requests_page

#: Branches whose earlier answers the page lists; the workbook has all of them.
SHOWN = 20


class _Writing:
    """The form and its rows in one request, bound to what was posted or kept."""

    def __init__(self, request, key: str, sender: PartyOrganization, work: WorkRequest | None = None):
        self.keeping = Keeping(request, key)
        data, (roots, branches) = self.keeping.data(), parts_of(sender)
        initial = draft_initial(work, [*roots, *branches]) if work else new_initial()
        self.form = RequestForm(data, user=request.user, roots=roots, branches=branches, initial=initial)
        self.rows = FreeFields(data, initial=draft_rows(work) if work else ())
        self.keeping.offered(self.form)
        if self.keeping.restoring:
            self.rows.unjudged()

    def is_valid(self) -> bool:
        faults = self.rows.errors()
        fine = self.form.is_valid() and not faults
        for fault in faults:
            self.form.add_error(None, fault)
        return fine

    def content(self) -> dict:
        """What the actions take."""
        held = self.form.cleaned_data["held"]
        return {"words": self.form.words, "held": held, "free": self.rows.asked}

    def tell_what_is_held(self, request) -> None:
        """Say which of the typed fields have become figures of the portal."""
        for asked in self.rows.asked:
            if figure := meaning(asked.label):
                messages.info(
                    request,
                    f"“{asked.label}”本系统已有（{figure.source.value}），已改为系统数据，不需要支部填写。",
                )


@requests_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """提出要求: saved as a draft, looked at, then sent."""
    sender = sender_of(request, RequestSenderForm(request.GET))
    writing = _Writing(request, f"supervision.request.new:{sender.uid.hex}", sender)
    if request.method == "POST" and writing.is_valid():
        key = writing.form.cleaned_data["submission_key"]
        if url := earlier_result(key, request.user):
            return redirect(url)
        work = draft_request(by=request.user, organization=sender, **writing.content())
        writing.keeping.forget()
        writing.tell_what_is_held(request)
        url = reverse("supervision:request-send", args=[work.uid])
        remember_result(key, url)
        return redirect(url)
    return _form_page(request, writing, sender, "提出工作要求", reverse(HOME))


@requests_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, uid):
    """Change a draft."""
    work = own_request(request, uid)
    if not work.is_draft:
        messages.error(request, "这项要求已经发出，不能再改；有误的请撤回后重新发出。")
        return redirect(request_url(work))
    back = reverse("supervision:request-send", args=[work.uid])
    writing = _Writing(request, f"supervision.request:{work.uid.hex}", work.organization, work)
    version = work.version
    if request.method == "POST" and writing.is_valid():
        try:
            seen = writing.form.cleaned_data["version"] or 0
            edit_request(by=request.user, request=work, version=seen, **writing.content())
            writing.keeping.forget()
            writing.tell_what_is_held(request)
            return redirect(back)
        except WorkChanged as error:
            writing.form.add_error(None, f"{error}再次保存将以您填写的为准。")
            version = own_request(request, uid).version
        except WorkRefused as error:
            messages.error(request, str(error))
            return redirect(request_url(work))
    return _form_page(request, writing, work.organization, "修改工作要求", back, version=version)


def _form_page(
    request, writing: _Writing, sender: PartyOrganization, title: str, back_url: str, *, version=None
):
    context = admin_context(
        request,
        title=title,
        crumbs=[(TITLE, reverse(HOME)), (title, None)],
        form=writing.form,
        free=writing.rows.rows,
        groups=writing.form.held_groups(),
        sender=sender,
        version=version,
        back_url=back_url,
        **writing.keeping.context(),
    )
    return render(request, "supervision/request_form.html", context)


@requests_page
@require_safe
def held(request):
    """本系统已有: what the portal holds, near to what is being typed; the whole catalogue without any words."""
    form = ProposalForm(request.GET)
    typed = form.typed()
    found = proposals(typed) if typed else []
    context = {"typed": typed, "found": found, "exact": meaning(typed) if typed else None}
    if request.htmx:
        return render(request, "supervision/_request_proposals.html", context)
    context |= {"form": form, "figures": found if typed else held_figures()}
    title = "系统已有的数据"
    crumbs = [(TITLE, reverse(HOME)), (title, None)]
    return render(
        request,
        "supervision/request_held.html",
        admin_context(request, title=title, crumbs=crumbs, **context),
    )


@requests_page
@require_http_methods(["GET", "HEAD", "POST"])
def send(request, uid):
    """核对并发出: whom it goes to, what is known of them already, and how much they have got this month."""
    work = own_request(request, uid)
    if not work.is_draft:
        return redirect(request_url(work))
    form = SendRequestForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            send_request(by=request.user, request=work, version=form.cleaned_data["version"])
            messages.success(request, "已发出，支部马上收到。")
            return redirect(request_url(work))
        except WorkRefused as error:
            messages.error(request, str(error))
            return redirect("supervision:request-send", work.uid)
    known = knowledge_of(request.user, work)
    context = admin_context(
        request,
        title="核对并发出",
        crumbs=[(TITLE, reverse(HOME)), ("核对并发出", None)],
        work=work,
        known=known,
        fields=[(field, source_words(field, work)) for field in known.fields],
        before=[(field, said[:SHOWN], len(said)) for field, said in known.asked_before()],
        audience=audience_words(work),
        this_month=sent_this_month([branch.pk for branch in known.branches]),
    )
    return render(request, "supervision/request_send.html", context)


@requests_page
@require_safe
def known(request, uid):
    """What is known already of a draft's branches, as a workbook: the answer to a request that need not be sent."""
    work = own_request(request, uid)
    headers, rows = known_rows(knowledge_of(request.user, work))
    notes = [(field.label, source_words(field, work)) for field in work.fields.all()]
    return download(xlsx_bytes(headers, rows, sheet="已有数据", notes=notes), f"{work.title}已有数据")
