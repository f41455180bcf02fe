from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Puts our admin site in the place of Django's, so that every `admin.register` lands in it."""

    default_site = "branch_portal.admin_site.PortalAdminSite"

    def ready(self):
        super().ready()
        from django.contrib import admin
        from django.contrib.auth.models import Group

        # Roles are data in `permissions.py`; Django's own groups grant nothing here and would only mislead.
        admin.site.unregister(Group)
