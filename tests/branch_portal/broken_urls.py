"""Pages that write a row and then fail, each in its own way."""

import errno

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.urls import path
from django.utils import timezone

from branch_portal.models import TickerBeat
from branch_portal.urls import handler500, urlpatterns


def slow() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)")


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def away() -> None:
    raise OperationalError("server closed the connection unexpectedly")


def broken() -> None:
    raise ValueError("a mistake")


def _page(failure):
    @login_not_required
    def view(request):
        TickerBeat.objects.create(ticker="broken page", beat_at=timezone.now())
        return failure()

    return view


urlpatterns = [*(path(f"{each.__name__}/", _page(each)) for each in (slow, full, away, broken)), *urlpatterns]
__all__ = ["handler500", "urlpatterns"]
