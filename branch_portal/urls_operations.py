from django.urls import path

from branch_portal import views_operations, views_retention

app_name = "operations"

urlpatterns = [
    path("", views_operations.status, name="status"),
    path("retention/", views_retention.retention, name="retention"),
    path("jobs/<uuid:uid>/release/", views_operations.release, name="release"),
    path("jobs/<uuid:uid>/close/", views_operations.close, name="close"),
]
