from django.http import HttpResponse
from django.urls import path

_PAGE = "<!doctype html><title>恒定</title>" + "<p>恒定的一页</p>" * 1500


def constant(request) -> HttpResponse:
    """About 38 kB, and the user is looked at, as every signed-in page does."""
    return HttpResponse(_PAGE if request.user.is_active else "")


urlpatterns = [path("", constant)]
