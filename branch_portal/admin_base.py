"""The only base of admin classes: rows through `visible_to`, changes only where a class opens them.

Lists are paged by key, sorted by indexed columns alone and never counted whole (`admin_list`); relations are called by the
label of the row they point to (`admin_related`); every list can be taken out by a worker (`actions_list_export`).
"""

from enum import Enum
from functools import partial
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404
from django.template.response import TemplateResponse

from branch_portal.admin_actions import export_chosen
from branch_portal.admin_list import FirstMatches, KeysetChangeList, is_indexed
from branch_portal.admin_related import Part, RelatedName, label_of, relations_of, yes_no_of
from branch_portal.crypto import EncryptedTextField
from branch_portal.permissions import Permission
from branch_portal.registries import history_panels


class Section(Enum):
    """Headings of the lists on the admin's front page and in its side bar, in their order."""

    PEOPLE = "组织和党员"
    RECORDS = "组织生活"
    STUDY = "学习"
    REMINDERS = "提醒"
    RULES = "规则和标准"
    ACCOUNTS = "账号和审计"


class ScopedModelAdmin(admin.ModelAdmin):
    """Scoped and read-only.

    `view_permission` admits to the list; `change_permission` (None: nobody) opens editing through `editable_by`.
    `rows_permission` takes the rows of that permission instead of `visible_to`, where a committee looks into what its
    branches keep. `personal` lists hold people: taking them out needs a reason. `member_lookup` leads to the member whose
    name the search box finds.
    """

    view_permission: Permission = Permission.VIEW_RULES
    change_permission: Permission | None = None
    rows_permission: Permission | None = None
    section: ClassVar[Section | None] = None
    personal = False
    #: What to do where the list is empty, as a sentence.
    next_step = "各党支部登记以后会列在这里。"
    #: What a relation is called here, where its own name says too little.
    headings: ClassVar[dict[str, str]] = {}
    #: Long columns that a column of the list is made from.
    list_reads: tuple[str, ...] = ()
    #: Rows that hang on one, under its page.
    parts: tuple[Part, ...] = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = FirstMatches
    list_per_page = 50
    list_max_show_all = 0
    actions = (export_chosen,)
    empty_value_display = "—"

    # --- Rows ---

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        if self.rows_permission is not None:
            queryset = queryset.permitted(request.user, self.rows_permission)
        elif hasattr(queryset, "visible_to"):
            queryset = queryset.visible_to(request.user)
        sealed = [each.name for each in self.opts.concrete_fields if isinstance(each, EncryptedTextField)]
        return queryset.defer(*sealed) if sealed else queryset

    def get_search_results(self, request, queryset, search_term):
        # What no text of the database can hold finds nothing.
        if "\x00" in search_term:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        manager = db_field.remote_field.model._default_manager
        if hasattr(manager, "visible_to"):
            kwargs.setdefault("queryset", manager.visible_to(request.user))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.label_from_instance = partial(label_of, request=request)
        return field

    def lookup_allowed(self, lookup, value, request=None) -> bool:
        """Only columns that the list shows: a filter on a hidden one (`?password__startswith=`) tells it letter by letter."""
        if "\x00" in str(value):
            return False
        filters = {_filter_name(entry) for entry in self.get_list_filter(request)}
        shown = {"pk", self.opts.pk.name, *self.list_display} | filters
        return lookup.split(LOOKUP_SEP)[0] in shown and super().lookup_allowed(lookup, value, request)

    # --- The list ---

    def get_changelist(self, request, **kwargs):
        return KeysetChangeList

    def get_list_display(self, request):
        words = yes_no_of(self.model)
        return [
            words.get(name, name) if isinstance(name, str) else name
            for name in self.said(None, super().get_list_display(request))
        ]

    def get_list_select_related(self, request):
        """What the class names, and every relation that the list shows."""
        named = self.list_select_related or ()
        shown = [name for name in self.list_display if name in relations_of(self.model)]
        return list(dict.fromkeys([*named, *shown]))

    @admin.display(description="选择")
    def action_checkbox(self, obj):
        """Django's, named by the row's label: its `str` is a number that no screen reader should read out."""
        box = forms.CheckboxInput(
            {"class": "action-select", "aria-label": f"选择 {self.box_label(obj)}"}, lambda value: False
        )
        return box.render(ACTION_CHECKBOX_NAME, str(obj.pk))

    def box_label(self, row: Model) -> str:
        return label_of(row)

    def get_action_choices(self, request, default_choices=(("", "选择操作"),)):
        return super().get_action_choices(request, list(default_choices))

    def get_sortable_by(self, request):
        return [
            name
            for name in self.list_display
            if is_indexed(
                self.model, str(getattr(getattr(self, name, None), "admin_order_field", None) or name)
            )
        ]

    # --- One row ---

    def label(self, row: Model) -> str:
        """What people call the row, here and wherever another one points to it."""
        return str(row)

    def label_for(self, row: Model, request) -> str:
        """The same for this asker."""
        return self.label(row)

    def get_readonly_fields(self, request, obj=None):
        return self.said(request, super().get_readonly_fields(request, obj))

    def get_fieldsets(self, request, obj=None):
        """Relations that nobody changes here are called by their label; the others stay fields of the form."""
        named = super().get_fieldsets(request, obj)
        fixed = list(self.get_readonly_fields(request, obj))
        if obj is not None and not self.has_change_permission(request, obj):
            fixed = self.said(request, flatten_fieldsets(named))
        said = {name.__name__: name for name in fixed if isinstance(name, RelatedName)}
        return [
            (title, {**options, "fields": [said.get(name, name) for name in flatten(options["fields"])]})
            for title, options in named
        ]

    def said(self, request, names):
        """The names with every relation as what it is called; for whoever lists fixed fields of their own."""
        relations = relations_of(self.model)
        return [
            RelatedName(relations[name], self.headings.get(name, ""), request) if name in relations else name
            for name in names
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        verb = "新增" if add else "修改" if self.has_change_permission(request, obj) else "查看"
        context["title"] = f"{verb}{self.opts.verbose_name}"
        if obj is not None:
            context |= {
                "subtitle": label_of(obj, request),
                "row_label": label_of(obj, request),
                "parts": self._parts_of(request, obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _parts_of(self, request, obj) -> list[dict]:
        found = (part.of(obj, request.user) for part in self.parts)
        return [part for part in found if part is not None]

    def history_view(self, request, object_id, extra_context=None):
        """What the audit has of the row. Django's own log knows only what was done in the admin, and nothing is kept in it."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": f"{label_of(obj, request)} 的修改记录",
            "opts": self.opts,
            "row_label": label_of(obj, request),
            "object": obj,
            "panels": history_panels(request, obj),
        }
        return TemplateResponse(request, "admin/row_history.html", context | (extra_context or {}))

    # --- Who ---

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.may(self.view_permission)

    def has_add_permission(self, request) -> bool:
        return self.change_permission is not None and request.user.may(self.change_permission)

    def has_change_permission(self, request, obj=None) -> bool:
        if self.change_permission is None or not request.user.may(self.change_permission):
            return False
        queryset = self.model._default_manager
        if obj is None or not hasattr(queryset, "editable_by"):
            return True
        return queryset.editable_by(request.user).filter(pk=obj.pk).exists()

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Out of reach and missing are the same 404; Django would lead home and repeat the key."""
        raise Http404

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


def _filter_name(entry) -> str:
    """The first part of the parameter that a filter reads."""
    if isinstance(entry, tuple):
        return entry[0].split(LOOKUP_SEP)[0]
    return entry if isinstance(entry, str) else entry.parameter_name
