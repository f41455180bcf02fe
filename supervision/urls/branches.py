"""What a branch reads and answers of its committee's checks and requests: pages of the portal, not of the admin site."""

from django.urls import path

from supervision.views import branch_findings, branch_requests, comments

app_name = "supervised"

urlpatterns = [
    path("requests/", branch_requests.requests, name="requests"),
    path("requests/of/<uuid:uid>/", branch_requests.of_request, name="request-of"),
    path("requests/files/<uuid:uid>/", branch_requests.file, name="request-file"),
    path("requests/<uuid:uid>/", branch_requests.work_request, name="request"),
    path("requests/<uuid:uid>/seen/", branch_requests.seen, name="request-seen"),
    path("findings/", branch_findings.findings, name="findings"),
    path("findings/<uuid:uid>/", branch_findings.finding, name="finding"),
    path("findings/steps/<uuid:uid>/file/", branch_findings.step_file, name="finding-file"),
    path("records/<uuid:uid>/comment/", comments.comment, name="comment"),
    path("comments/<uuid:uid>/answer/", comments.answer, name="comment-answer"),
    path("comments/<uuid:uid>/mend/", comments.mend, name="comment-mend"),
    path("comments/<uuid:uid>/take-back/", comments.take_back, name="comment-take-back"),
]
