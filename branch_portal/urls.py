from django.contrib import admin
from django.urls import include, path

from branch_portal import kept, views, views_operations

handler400 = "branch_portal.views_errors.bad_request"
handler403 = "branch_portal.views_errors.permission_denied"
handler500 = "branch_portal.views_errors.server_error"

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("privacy/", views.privacy, name="privacy"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views_operations.metrics, name="metrics"),
    path("accounts/", include("members.urls_accounts")),
    path("members/", include("members.urls")),
    path("organizations/", include("members.urls_organizations")),
    path("activities/", include("activities.urls")),
    path("learning/", include("learning.urls")),
    path("notices/", include("notices.urls")),
    path("keep/<str:key>/", kept.keep, name="keep"),
    path("feeds/", include("notices.urls_feeds")),
    path("verify/", include("activities.urls_verify")),
    path("jobs/", include("branch_portal.urls_jobs")),
    path("operations/", include("branch_portal.urls_operations")),
    path("admin/", include("supervision.urls")),
    path("supervision/", include("supervision.urls.branches")),
    path("admin/", admin.site.urls),
]
