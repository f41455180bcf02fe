"""The portal's addresses, and one more: /slow/ writes a row, then thinks for eight seconds."""

import time

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from branch_portal.models import TickerBeat
from branch_portal.urls import handler500, urlpatterns

SECONDS = 8


@login_not_required
def slow(request):
    TickerBeat.objects.create(ticker="slow page", beat_at=timezone.now())
    time.sleep(SECONDS)
    return HttpResponse("done")


urlpatterns = [path("slow/", slow), *urlpatterns]
__all__ = ["handler500", "urlpatterns"]
