"""The committee's pages in the admin site, one module a room."""

from django.urls import include, path

app_name = "supervision"

urlpatterns = [
    path("supervision/", include("supervision.urls.watch")),
    path("audit/", include("supervision.urls.audit")),
    path("requests/", include("supervision.urls.requests")),
    path("statistics/", include("supervision.urls.statistics")),
    path("supervision/", include("supervision.urls.grid")),
    path("supervision/", include("supervision.urls.checks")),
    path("forms/", include("supervision.urls.fill")),
    path("accounts/", include("supervision.urls.accounts")),
]
