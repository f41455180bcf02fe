"""通知 that somebody wrote: received, sent, answered. Included under `notices:`."""

from django.urls import path

from notices.views import notice_files, notice_sending, notices

urlpatterns = [
    path("received/", notices.received, name="received"),
    path("sent/", notices.sent, name="sent"),
    path("new/", notice_sending.new, name="notice-new"),
    path("notice/<uuid:uid>/", notices.notice, name="notice"),
    path("notice/<uuid:uid>/read/", notices.read, name="notice-read"),
    path("notice/<uuid:uid>/receipts/", notices.receipts, name="notice-receipts"),
    path("notice/<uuid:uid>/edit/", notice_sending.edit, name="notice-edit"),
    path("notice/<uuid:uid>/send/", notice_sending.send, name="notice-send"),
    path("notice/<uuid:uid>/discard/", notice_sending.discard, name="notice-discard"),
    path("notice/<uuid:uid>/correct/", notice_sending.correct, name="notice-correct"),
    path("notice/<uuid:uid>/withdraw/", notice_sending.withdraw, name="notice-withdraw"),
    path("notice/<uuid:uid>/remind/", notice_sending.remind, name="notice-remind"),
    path("notice/<uuid:uid>/files/", notice_files.add, name="notice-files"),
    path("target/<uuid:uid>/answer/", notices.answer, name="notice-answer"),
    path("file/<uuid:uid>/", notice_files.download, name="notice-file"),
    path("file/<uuid:uid>/remove/", notice_files.remove, name="notice-file-remove"),
]
