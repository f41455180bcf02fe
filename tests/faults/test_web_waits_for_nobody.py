"""F12, F27: a save that plans reminders is as fast with a Redis and a mail server that accept and never answer."""

import socket
import statistics
import threading
import time

import pytest
from django.test import override_settings

from branch_portal.celery import app
from branch_portal.local.ports import LOOPBACK
from notices.models import ReminderSlot
from tests.activities.test_announcements import URL, typed

ROUNDS = 5


class Hole:
    """Takes every connection and says nothing."""

    def __init__(self):
        self._server = socket.create_server((LOOPBACK, 0))
        self._taken: list[socket.socket] = []
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.getsockname()[1]

    @property
    def connections(self) -> int:
        return len(self._taken)

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        for each in (*self._taken, self._server):
            each.close()

    def _take(self) -> None:
        while True:
            try:
                self._taken.append(self._server.accept()[0])
            except OSError:
                return


@pytest.fixture
def holes():
    made = [Hole(), Hole()]
    yield made
    for hole in made:
        hole.close()


def save(client, number: int) -> float:
    """Seconds that announcing a gathering takes."""
    data = typed(client, theme=f"第 {number} 次")
    begun = time.perf_counter()
    assert client.post(f"{URL}?kind=theme_day", data).status_code == 302
    return time.perf_counter() - begun


@pytest.mark.fault("F12", "Redis frozen for 60 s")
def test_a_save_asks_neither_redis_nor_the_mail_server(world, as_user, holes, monkeypatch, measured):
    redis, smtp = holes
    mail = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": LOOPBACK,
        "EMAIL_PORT": smtp.port,
    }
    client = as_user(world.secretary_a)
    save(client, 0)
    usual, hung = [], []
    for number in range(ROUNDS):
        usual.append(save(client, 2 * number + 1))
        with override_settings(**mail), monkeypatch.context() as patch:
            patch.setattr(app.conf, "broker_url", f"redis://{LOOPBACK}:{redis.port}/0")
            hung.append(save(client, 2 * number + 2))
    assert ReminderSlot.objects.count() >= 2 * ROUNDS
    assert (redis.connections, smtp.connections) == (0, 0)
    # The first answer of either would have cost its whole timeout, five or ten seconds.
    assert statistics.median(hung) < 3 * statistics.median(usual)
    measured(
        f"a save {statistics.median(usual):.2f} s, with Redis and mail server silent {statistics.median(hung):.2f} s;"
        " 0 connections to either"
    )


def test_the_hole_would_have_been_noticed(holes):
    """Otherwise no connection proves nothing."""
    with socket.create_connection((LOOPBACK, holes[0].port)):
        deadline = time.monotonic() + 5
        while not holes[0].connections and time.monotonic() < deadline:
            time.sleep(0.01)
    assert holes[0].connections == 1
