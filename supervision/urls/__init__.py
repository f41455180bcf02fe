"""The committee's pages in the admin site, one module a room."""

from django.urls import include, path

app_name = "supervision"

urlpatterns = [
    path("supervision/", include("supervision.urls.watch")),
    path("accounts/", include("supervision.urls.accounts")),
]
