"""填表: the form as a grid, and what is bound to its cells."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from supervision.actions.forms import BindingRefused, bind_place, latest_version, unbind_place
from supervision.forms.fill import BindForm, SheetForm, choice_of
from supervision.models import FormBinding, FormTemplate, FormVersion
from supervision.rules.form_places import read_place, sheet_names, split_place
from supervision.tables.fill import bindings_table, sheet_grid
from supervision.views.access import admin_context
from supervision.views.fill import crumbs, filler_page, form_or_404

_OPTIONS = ("sheet", "place", "source", "column", "span", "words", "spare", "keep", "whole_row")


@filler_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request, uid: uuid.UUID):
    """The latest version: choose a place on the left, say what goes into it on the right."""
    template = form_or_404(request, uid)
    version = latest_version(template)
    asked = SheetForm(request.GET)
    if request.method == "POST":
        form = BindForm(request.POST, user=request.user)
        if form.is_valid() and (bound := _bound(request, version, form)):
            return redirect(_address(template, version, bound[0]))
    else:
        form = BindForm(user=request.user, initial=_first_values(version, asked))
    context = _page_context(request, template, version, asked, form)
    return render(request, "supervision/form.html", context)


def _page_context(request, template: FormTemplate, version: FormVersion, asked: SheetForm, form) -> dict:
    names = sheet_names(version.layout)
    number = min(asked.number, max(len(names), 1))
    sheet = version.layout["sheets"][number - 1] if names else None
    bindings = list(version.bindings.all())
    here = [binding for binding in bindings if sheet is not None and binding.sheet == sheet["name"]]
    bound_marks = {binding.place: binding for binding in bindings if binding.sheet == ""}
    return admin_context(
        request,
        title=template.name,
        crumbs=crumbs(template),
        template=template,
        version=version,
        form=form,
        sheet=sheet,
        number=number,
        sheets=[(index, name) for index, name in enumerate(names, start=1)],
        grid=sheet_grid(template.kind, sheet, here) if sheet is not None else "",
        marks=[(mark, bound_marks.get(mark["place"])) for mark in version.layout["marks"]],
        table=bindings_table(template, bindings, names),
    )


def _first_values(version: FormVersion, asked: SheetForm) -> dict:
    """What is bound to the asked place, or the place alone; the shown sheet in any case."""
    names = sheet_names(version.layout)
    sheet = names[min(asked.number, len(names)) - 1] if names else ""
    read = read_place(asked.values().get("place") or "")
    if read is None:
        return {"sheet": sheet, "spare": 1}
    place = read[1]
    of = sheet if split_place(place) else ""
    binding = version.bindings.filter(sheet=of, place=place).first()
    if binding is None:
        return {"sheet": sheet, "place": place, "spare": 1}
    given = {name: getattr(binding, name) for name in ("words", "span", "spare", "keep", "place")}
    return given | {"sheet": sheet, "source": choice_of(binding)}


def _bound(request, version: FormVersion, form: BindForm) -> list[FormBinding]:
    """What was bound; nothing when it was refused, which stands by the place."""
    try:
        with transaction.atomic():
            bound = bind_place(
                by=request.user, version=version, **{name: form.cleaned_data[name] for name in _OPTIONS}
            )
    except BindingRefused as refused:
        form.add_error("place", str(refused))
        return []
    messages.success(request, "已绑定。" if len(bound) == 1 else f"已绑定 {len(bound)} 个单元格。")
    return bound


def _address(template: FormTemplate, version: FormVersion, binding: FormBinding) -> str:
    """The page again, at the place."""
    names = sheet_names(version.layout)
    number = names.index(binding.sheet) + 1 if binding.sheet in names else 1
    anchor = f"c-{binding.place}" if split_place(binding.place) else "marks"
    page_url = reverse("supervision:form", args=[template.uid])
    return f"{page_url}?{urlencode({'sheet': number})}#{anchor}"


@filler_page
@require_POST
def unbind(request, uid: uuid.UUID):
    rows = FormBinding.objects.visible_to(request.user).select_related("version__template")
    binding = get_object_or_404(rows, uid=uid)
    template, version = binding.version.template, binding.version
    address = _address(template, version, binding)
    unbind_place(by=request.user, binding=binding)
    messages.success(request, f"已移除 {binding.place} 的绑定，填表时保留原样。")
    return redirect(address)
