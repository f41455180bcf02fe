"""填表: looked at with real data, filled in for one organisation, or by a worker for many."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.blank_forms import layout_of
from branch_portal.files import FileRefused, read_file
from branch_portal.jobs import JobRefused
from branch_portal.once import earlier_result, remember_result
from branch_portal.retention import hours_kept
from members.fresh import fresh_sign_in
from supervision.actions.form_runs import (
    ask_for_run,
    fill_now,
    form_file_name,
    note_filled,
    scope_of,
)
from supervision.actions.forms import latest_version
from supervision.forms.fill import PeriodForm, RunForm
from supervision.models import FormRun, FormTemplate
from supervision.queries.form_plans import FormRefused, names_people
from supervision.rules.form_period import FillPeriod
from supervision.tables.fill import runs_table, sheet_grid
from supervision.views.access import admin_context
from supervision.views.fill import crumbs, file_answer, filler_page, form_or_404


def _asked(form: PeriodForm):
    return form.chosen("organization"), FillPeriod.of(form.chosen("year"), form.chosen("part"))


def _filled(request, template: FormTemplate, form: PeriodForm):
    organization, period = _asked(form)
    return fill_now(
        user=request.user, version=latest_version(template), organization=organization, period=period
    )


@filler_page
@require_safe
def preview(request, uid: uuid.UUID):
    """The form filled in with real data, as it will look; formulas are worked out when the file is opened."""
    template = form_or_404(request, uid)
    form = PeriodForm(request.GET or None, user=request.user, usual=template.organization)
    organization, period = _asked(form)
    layout, refusal = None, ""
    try:
        content, _ = _filled(request, template, form)
        layout = layout_of(content, template.kind)
    except (FormRefused, FileRefused) as refused:
        refusal = str(refused)
    query = urlencode(
        {"organization": organization.uid, "year": form.chosen("year"), "part": form.chosen("part")}
    )
    context = admin_context(
        request,
        title=f"预览：{template.name}",
        crumbs=crumbs(template, "预览"),
        template=template,
        form=form,
        organization=organization,
        period=period,
        refusal=refusal,
        sheets=[(sheet["name"], sheet_grid(template.kind, sheet)) for sheet in layout["sheets"]]
        if layout
        else [],
        download_url=f"{reverse('supervision:form-filled', args=[template.uid])}?{query}",
    )
    return render(request, "supervision/form_preview.html", context)


@filler_page
@require_safe
def fill_one(request, uid: uuid.UUID):
    """The filled form of one organisation as a download. With people in it, it asks who is at the desk."""
    template = form_or_404(request, uid)
    answer = _fill_one
    if names_people(latest_version(template).bindings.all()):
        answer = fresh_sign_in(_fill_one)
    return answer(request, template)


def _fill_one(request, template: FormTemplate):
    form = PeriodForm(request.GET or None, user=request.user, usual=template.organization)
    organization, period = _asked(form)
    try:
        content, filling = _filled(request, template, form)
    except (FormRefused, FileRefused) as refused:
        messages.error(request, f"没有填好：{refused}")
        return redirect("supervision:form-preview", uid=template.uid)
    note_filled(
        by=request.user,
        template=template,
        organization_id=organization.pk,
        people=filling.people,
        ip=request.META.get("REMOTE_ADDR", ""),
    )
    return file_answer(content, form_file_name(template, organization, period), template.kind)


@filler_page
@require_http_methods(["GET", "HEAD", "POST"])
def run(request, uid: uuid.UUID):
    """Have a worker fill it in."""
    template = form_or_404(request, uid)
    usual = PeriodForm(user=request.user, usual=template.organization).initial
    form = RunForm(request.POST if request.method == "POST" else None, user=request.user, initial=usual)
    form.initial["organization"] = template.organization.uid
    if request.method == "POST" and form.is_valid() and (url := _queued(request, template, form)):
        return redirect(url)
    context = admin_context(
        request,
        title=f"填表：{template.name}",
        crumbs=crumbs(template, "填表"),
        template=template,
        form=form,
        keep_hours=hours_kept("form_runs"),
        back_url=reverse("supervision:form", args=[template.uid]),
    )
    return render(request, "supervision/form_run.html", context)


def _queued(request, template: FormTemplate, form: RunForm) -> str | None:
    """Where the work is followed; None when it was refused, which stands above the form."""
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            if earlier := earlier_result(cleaned["submission_key"], request.user):
                return earlier
            work = ask_for_run(
                by=request.user,
                template=template,
                organization=cleaned["organization"],
                mode=cleaned["mode"],
                year=cleaned["year"],
                part=cleaned["part"],
            )
            url = reverse("jobs:progress", args=[work.uid])
            remember_result(cleaned["submission_key"], url)
    except JobRefused as refused:
        form.add_error(None, str(refused))
        return None
    return url


@filler_page
@require_safe
def runs(request):
    """What one has had filled in."""
    rows = (
        FormRun.objects.visible_to(request.user)
        .select_related("version__template", "organization", "job")
        .order_by("-pk")[:50]
    )
    context = admin_context(
        request,
        title="填好的表格",
        crumbs=crumbs(None, "填好的表格"),
        table=runs_table(rows),
        keep_hours=hours_kept("form_runs"),
    )
    return render(request, "supervision/form_runs.html", context)


@filler_page
@require_safe
def download(request, uid: uuid.UUID):
    """The bytes, for who asked, while they are kept and the same may be read as when they were written."""
    rows = FormRun.objects.visible_to(request.user).select_related("version__template", "organization")
    found = get_object_or_404(rows, uid=uid)
    return (fresh_sign_in(_download) if found.person_count else _download)(request, found)


def _download(request, found: FormRun):
    content = read_file(found.stored_name) if found.stored_name else None
    if content is None:
        raise Http404
    if found.scope != scope_of(request.user, found.version):
        messages.error(request, "您的权限在填表以后有变化，请重新填表。")
        return redirect("supervision:form-runs")
    note_filled(
        by=request.user,
        template=found.version.template,
        organization_id=found.organization_id,
        people=found.person_count,
        ip=request.META.get("REMOTE_ADDR", ""),
    )
    return file_answer(content, found.file_name, found.file_name.rpartition(".")[2])
