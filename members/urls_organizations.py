from django.urls import path

from members.views import organization_changes as changes
from members.views import organizations

app_name = "organizations"

urlpatterns = [
    path("", organizations.tree, name="tree"),
    path("first/", changes.first, name="first"),
    path("<uuid:uid>/", organizations.detail, name="detail"),
    path("<uuid:uid>/create/", changes.create, name="create"),
    path("<uuid:uid>/rename/", changes.rename, name="rename"),
    path("<uuid:uid>/adjust/", changes.adjust, name="adjust"),
    path("<uuid:uid>/move/", changes.move, name="move"),
    path("<uuid:uid>/merge/", changes.merge, name="merge"),
    path("<uuid:uid>/split/", changes.split, name="split"),
    path("<uuid:uid>/abolish/", changes.abolish, name="abolish"),
    path("<uuid:uid>/restore/", changes.restore, name="restore"),
]
