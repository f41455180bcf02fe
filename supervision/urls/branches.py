"""What a branch reads and answers of its committee's checks and requests: pages of the portal, not of the admin site."""

from django.urls import URLPattern, URLResolver

app_name = "supervised"

urlpatterns: list[URLPattern | URLResolver] = []
