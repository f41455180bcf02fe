"""工作要求 and 减负台账."""

from django.urls import path

from supervision.views import burden, request_targets, request_writing, requests

urlpatterns = [
    path("", requests.requests, name="requests"),
    path("export/", requests.requests_export, name="requests-export"),
    path("new/", request_writing.new, name="request-new"),
    path("held/", request_writing.held, name="request-held"),
    path("burden/", burden.burden, name="burden"),
    path("burden/export/", burden.burden_export, name="burden-export"),
    path("<uuid:uid>/", requests.work_request, name="request"),
    path("<uuid:uid>/edit/", request_writing.edit, name="request-edit"),
    path("<uuid:uid>/send/", request_writing.send, name="request-send"),
    path("<uuid:uid>/known/", request_writing.known, name="request-known"),
    path("<uuid:uid>/discard/", requests.discard, name="request-discard"),
    path("<uuid:uid>/remind/", requests.remind, name="request-remind"),
    path("<uuid:uid>/close/", requests.close, name="request-close"),
    path("<uuid:uid>/withdraw/", requests.withdraw, name="request-withdraw"),
    path("<uuid:uid>/export/", requests.request_export, name="request-export"),
    path("answers/<uuid:uid>/", request_targets.target, name="request-target"),
    path("answers/<uuid:uid>/return/", request_targets.send_back, name="request-return"),
]
