"""The only base of admin classes: rows through `visible_to`, changes only where a class opens them."""

from django.contrib import admin
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404

from branch_portal.permissions import Permission


class ScopedModelAdmin(admin.ModelAdmin):
    """Scoped and read-only.

    `view_permission` admits to the list; `change_permission` (None: nobody) opens editing through `editable_by`.
    Choice fields and autocompletes are narrowed by the related model's `visible_to`.
    """

    view_permission: Permission = Permission.USE_ADMIN
    change_permission: Permission | None = None
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        return queryset.visible_to(request.user) if hasattr(queryset, "visible_to") else queryset

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        manager = db_field.remote_field.model._default_manager
        if hasattr(manager, "visible_to"):
            kwargs.setdefault("queryset", manager.visible_to(request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def lookup_allowed(self, lookup, value, request=None) -> bool:
        """Only columns that the list shows: a filter on a hidden one (`?password__startswith=`) tells it letter by letter."""
        shown = {"pk", self.opts.pk.name, self.date_hierarchy, *self.get_list_display(request)}
        filters = {entry[0] if isinstance(entry, tuple) else entry for entry in self.get_list_filter(request)}
        return lookup.split(LOOKUP_SEP)[0] in shown | filters and super().lookup_allowed(
            lookup, value, request
        )

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
