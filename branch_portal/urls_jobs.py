from django.urls import path

from branch_portal import views_jobs

app_name = "jobs"

urlpatterns = [
    path("", views_jobs.own, name="own"),
    path("<uuid:uid>/", views_jobs.progress, name="progress"),
    path("<uuid:uid>/cancel/", views_jobs.cancel, name="cancel"),
]
