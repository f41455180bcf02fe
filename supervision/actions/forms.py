"""填表: blank forms kept and renewed, their cells bound to data."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from branch_portal.blank_forms import Blank, read_blank
from branch_portal.files import FileRefused, display_name, keep_made_file
from members.models import PartyOrganization, User
from supervision.models import FormBinding, FormTemplate, FormVersion
from supervision.queries.fill_sources import TABLE, label_of, source_of
from supervision.rules.form_places import (
    grid_of,
    header_above,
    letters,
    settled_place,
    shown_place,
    split_place,
)

MAX_BINDINGS = 1_000


class BindingRefused(Exception):
    """The place cannot be bound so; the message is Chinese."""


@transaction.atomic
def add_form(
    *, by: User, organization: PartyOrganization, name: str, file: BinaryIO, file_name: str
) -> FormTemplate:
    """Keep a blank form with its first version; FileRefused when it cannot be kept."""
    blank = read_blank(file, name=file_name)
    template = FormTemplate.objects.create(
        organization=organization, name=name.strip(), kind=blank.kind, created_by=by
    )
    _version(by, template, blank, file_name, number=1)
    return template


@transaction.atomic
def add_version(*, by: User, template: FormTemplate, file: BinaryIO, file_name: str) -> FormVersion:
    """Keep a new version of the form; the bindings that still have their place go with it, the others are named."""
    locked = FormTemplate.objects.select_for_update().get(pk=template.pk)
    blank = read_blank(file, name=file_name)
    if blank.kind != locked.kind:
        raise FileRefused(f"这份表格是 .{locked.kind}，新版也要上传 .{locked.kind}；换成另一种请新建表格。")
    before = latest_version(locked)
    version = _version(by, locked, blank, file_name, number=before.number + 1)
    kept = []
    for binding in before.bindings.order_by("pk"):
        place, fault = settled_place(blank.layout, blank.kind, binding.sheet, binding.place)
        if fault or place != binding.place:
            where = shown_place(blank.kind, binding.sheet, binding.place)
            version.left_out.append(f"{where}（{label_of(binding.source, binding.column)}）")
        else:
            binding.pk, binding.version = None, version
            binding.uid = FormBinding._meta.get_field("uid").get_default()
            kept.append(binding)
    FormBinding.objects.bulk_create(kept)
    version.save(update_fields=["left_out"])
    return version


def _version(by: User, template: FormTemplate, blank: Blank, file_name: str, *, number: int) -> FormVersion:
    stem = Path(display_name(file_name)).stem or "表格"
    return FormVersion.objects.create(
        template=template,
        number=number,
        stored_name=keep_made_file(blank.content, folder="forms", suffix=f".{blank.kind}"),
        file_name=f"{stem[:100]}.{blank.kind}",
        sha256=hashlib.sha256(blank.content).hexdigest(),
        size=len(blank.content),
        layout=blank.layout,
        uploaded_by=by,
    )


def latest_version(template: FormTemplate) -> FormVersion:
    """What the form looks like now."""
    return template.versions.order_by("-number")[0]


@transaction.atomic
def withdraw_form(*, by: User, template: FormTemplate) -> bool:
    """Stop using a form; what was filled in with it is not touched. False when it had been withdrawn before."""
    row = FormTemplate.objects.in_use().filter(pk=template.pk).select_for_update().first()
    if row is None:
        return False
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    return True


@transaction.atomic
def bind_place(
    *,
    by: User,
    version: FormVersion,
    sheet: str,
    place: str,
    source: str,
    column: str = "",
    span: str = FormBinding.Span.PERIOD,
    words: str = "",
    spare: int = 1,
    keep: bool = False,
    whole_row: bool = False,
) -> list[FormBinding]:
    """Bind a place, in stead of what was bound there before; `whole_row` also binds its neighbours whose heads name a column."""
    locked = FormVersion.objects.select_for_update().select_related("template").get(pk=version.pk)
    if latest_version(locked.template).pk != locked.pk:
        raise BindingRefused("这份表格刚刚上传了新版，请刷新页面后在新版上绑定。")
    kind, is_table = locked.template.kind, getattr(source_of(source), "kind", "") == TABLE
    if split_place(place) is None:
        sheet = ""
    settled, fault = settled_place(locked.layout, kind, sheet, place)
    if not fault and is_table and split_place(place) is None:
        fault = "占位符和空格只能填一个值，逐行的数据请绑定到表格的单元格。"
    if fault:
        raise BindingRefused(fault)
    options = {"source": source, "span": span, "spare": spare if is_table else 1}
    places = {settled: {"column": column, "words": words, "keep": keep and not is_table}}
    if whole_row and is_table:
        places = _neighbours(locked, sheet, settled, source) | places
    if locked.bindings.exclude(sheet=sheet, place__in=places).count() + len(places) > MAX_BINDINGS:
        raise BindingRefused(f"一份表格最多绑定 {MAX_BINDINGS} 处。")
    return [
        FormBinding.objects.update_or_create(
            version=locked, sheet=sheet, place=where, defaults=options | {"words": "", "keep": False} | own
        )[0]
        for where, own in places.items()
    ]


def _neighbours(version: FormVersion, sheet: str, place: str, source: str) -> dict[str, dict]:
    """Free cells of the row under a head that is called like a column of the source."""
    grid, cell, found = grid_of(version.layout, sheet), split_place(place), source_of(source)
    if grid is None or cell is None or found is None:
        return {}
    row, taken = cell[0], set(version.bindings.filter(sheet=sheet).values_list("place", flat=True))
    columns = {label.replace("日期", "时间"): key for key, label in found.columns.items()}
    matched: dict[str, dict] = {}
    for column in range(1, len(grid[row - 1]) + 1):
        head = header_above(grid, row, column).replace("日期", "时间")
        there, fault = settled_place(version.layout, version.template.kind, sheet, f"{letters(column)}{row}")
        if head in columns and not fault and there not in taken and split_place(there) == (row, column):
            matched[there] = {"column": columns[head]}
    return matched


@transaction.atomic
def unbind_place(*, by: User, binding: FormBinding) -> None:
    """Leave the place as the blank form has it."""
    binding.delete()
