"""Addresses of a record's lessons."""

from django.urls import path

from activities.views import lessons

urlpatterns = [
    path("records/<uuid:uid>/lessons/make/", lessons.make, name="lesson-make"),
    path("records/<uuid:uid>/lessons/link/", lessons.link, name="lesson-link"),
    path("records/<uuid:uid>/lessons/unlink/", lessons.unlink, name="lesson-unlink"),
]
