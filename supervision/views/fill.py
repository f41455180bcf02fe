"""填表: the committee's blank forms, their versions, the original."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.blank_forms import CONTENT_TYPES
from branch_portal.files import FileRefused, read_file
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from supervision.actions.forms import add_form, add_version, latest_version, withdraw_form
from supervision.forms.fill import NewFormForm, NewVersionForm
from supervision.models import FormBinding, FormTemplate
from supervision.tables.fill import forms_table
from supervision.views.access import admin_context, committee_page_for

TITLE = "填表"
LIST_LIMIT = 200
filler_page = committee_page_for(Permission.FILL_FORMS)


def crumbs(template: FormTemplate | None = None, *more: str) -> list[tuple[str, str | None]]:
    """填表 › the form › what is done with it."""
    found: list[tuple[str, str | None]] = [(TITLE, reverse("supervision:forms"))]
    if template is not None:
        found.append((template.name, reverse("supervision:form", args=[template.uid])))
    found += [(label, None) for label in more]
    return [*found[:-1], (found[-1][0], None)]


def form_or_404(request, uid: uuid.UUID) -> FormTemplate:
    return get_object_or_404(
        FormTemplate.objects.visible_to(request.user).select_related("organization"), uid=uid
    )


def file_answer(content: bytes, name: str, ending: str) -> HttpResponse:
    """A download that nothing on the way keeps."""
    response = HttpResponse(content, content_type=CONTENT_TYPES.get(ending, "application/zip"))
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@filler_page
@require_safe
def forms(request):
    last = (
        FormBinding.objects.visible_to(request.user)
        .filter(version__template=OuterRef("pk"))
        .order_by()
        .values("version__number")
        .annotate(count=Count("pk"))
        .order_by("-version__number")
    )
    rows = (
        FormTemplate.objects.visible_to(request.user)
        .select_related("organization")
        .annotate(
            version_count=Count("versions"),
            binding_count=Subquery(last.values("count")[:1], output_field=IntegerField()),
        )
        .order_by(F("withdrawn_at").desc(nulls_first=True), "-pk")[:LIST_LIMIT]
    )
    context = admin_context(request, title=TITLE, crumbs=crumbs(), table=forms_table(rows))
    return render(request, "supervision/forms.html", context)


def _kept(request, form, keep) -> str | None:
    """Where the kept upload is to be seen; None when it was refused, which stands by its field."""
    try:
        with transaction.atomic():
            if earlier := earlier_result(form.cleaned_data["submission_key"], request.user):
                return earlier
            template = keep(form.cleaned_data)
            url = reverse("supervision:form", args=[template.uid])
            remember_result(form.cleaned_data["submission_key"], url)
    except FileRefused as refused:
        form.add_error("file", str(refused))
        return None
    for loss in latest_version(template).layout["losses"]:
        messages.warning(request, f"填好的文件里不会保留：{loss}。")
    return url


@filler_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    form = NewFormForm(request.POST or None, request.FILES or None, user=request.user)

    def keep(cleaned: dict) -> FormTemplate:
        return add_form(
            by=request.user,
            organization=cleaned["organization"],
            name=cleaned["name"],
            file=cleaned["file"],
            file_name=cleaned["file"].name,
        )

    if request.method == "POST" and form.is_valid() and (url := _kept(request, form, keep)):
        messages.success(request, "表格已保存，请点选单元格绑定数据。")
        return redirect(url)
    context = admin_context(
        request,
        title="上传空白表格",
        crumbs=[*crumbs(None, "上传空白表格")],
        form=form,
        back_url=reverse("supervision:forms"),
    )
    return render(request, "supervision/form_upload.html", context)


@filler_page
@require_http_methods(["GET", "HEAD", "POST"])
def version(request, uid: uuid.UUID):
    """A new version of the form: the superior changed it."""
    template = form_or_404(request, uid)
    form = NewVersionForm(request.POST or None, request.FILES or None, user=request.user)

    def keep(cleaned: dict) -> FormTemplate:
        add_version(by=request.user, template=template, file=cleaned["file"], file_name=cleaned["file"].name)
        return template

    if request.method == "POST" and form.is_valid() and (url := _kept(request, form, keep)):
        messages.success(request, "新版已保存，仍对得上的绑定已沿用，请核对后再填。")
        return redirect(url)
    context = admin_context(
        request,
        title=f"上传新版：{template.name}",
        crumbs=crumbs(template, "上传新版"),
        form=form,
        back_url=reverse("supervision:form", args=[template.uid]),
    )
    return render(request, "supervision/form_upload.html", context)


@filler_page
@require_safe
def original(request, uid: uuid.UUID):
    """The blank form as it was uploaded last."""
    template = form_or_404(request, uid)
    found = latest_version(template)
    content = read_file(found.stored_name)
    if content is None:
        raise Http404
    return file_answer(content, found.file_name, template.kind)


@filler_page
@require_POST
def withdraw(request, uid: uuid.UUID):
    template = form_or_404(request, uid)
    if withdraw_form(by=request.user, template=template):
        messages.success(request, f"“{template.name}”已停用，已填好的文件不受影响。")
    else:
        messages.info(request, "这份表格已经停用。")
    return redirect("supervision:forms")
