"""Addresses of attachments, sign-up, service hours, red bases and joint gatherings."""

from django.urls import path

from activities.views import attachments

urlpatterns = [
    path("records/<uuid:uid>/attachments/", attachments.add, name="attachments-add"),
    path("attachments/<uuid:uid>/", attachments.download, name="attachment"),
    path("attachments/<uuid:uid>/thumb/", attachments.thumb, name="attachment-thumb"),
    path("attachments/<uuid:uid>/caption/", attachments.caption, name="attachment-caption"),
    path("attachments/<uuid:uid>/remove/", attachments.remove, name="attachment-remove"),
]
