from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Puts our admin site in the place of Django's, so that every `admin.register` lands in it."""

    default_site = "branch_portal.admin_site.PortalAdminSite"
