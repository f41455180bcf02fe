"""What a branch reads and answers of its committee's checks and requests: pages of the portal, not of the admin site."""

from django.urls import URLPattern, URLResolver, path

from supervision.views import branch_requests

app_name = "supervised"

urlpatterns: list[URLPattern | URLResolver] = [
    path("requests/", branch_requests.requests, name="requests"),
    path("requests/of/<uuid:uid>/", branch_requests.of_request, name="request-of"),
    path("requests/files/<uuid:uid>/", branch_requests.file, name="request-file"),
    path("requests/<uuid:uid>/", branch_requests.work_request, name="request"),
    path("requests/<uuid:uid>/seen/", branch_requests.seen, name="request-seen"),
]
