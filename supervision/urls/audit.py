"""修改记录: the audit, read by person, by content and by thing."""

from django.urls import path

from supervision.views import affected, audit

urlpatterns = [
    path("", audit.acts, name="audit"),
    path("changes/", audit.changes, name="audit-changes"),
    path("access/", audit.access, name="audit-access"),
    path("access/export/", audit.access_export, name="audit-access-export"),
    path("access/affected/", affected.affected, name="audit-affected"),
    path("access/affected/export/", affected.affected_export, name="audit-affected-export"),
    path("security/", audit.security, name="audit-security"),
    path("security/export/", audit.security_export, name="audit-security-export"),
    path("<slug:kind>/<uuid:uid>/", audit.thing, name="audit-thing"),
]
