"""F33: one member signs in to a meeting on three phones, sixty presses at once."""

import threading

import pytest
from django.db import connection
from django.test import Client

from activities.actions.signin import open_sign_in, signing_key
from activities.models import SignIn
from activities.rules.signin import write_token
from tests.activities import factories as life
from tests.activities.test_main_path import hidden
from tests.personas import build_world

PHONES, PRESSES = 3, 20


@pytest.mark.long
@pytest.mark.fault("F33", "one member signs in on three phones at once")
def test_sixty_presses_on_three_phones(committed_db, measured):
    from django.utils import timezone

    world = build_world()
    share = life.announcement(world.secretary_a, world.branch_a, days=0, start="00:00", end="23:59")
    opening = open_sign_in(by=world.secretary_a, share=share)
    url = f"/activities/s/{write_token(signing_key(), opening.uid, timezone.now())}/"
    answers: list[str] = []

    def press(client, data) -> None:
        for _ in range(PRESSES):
            answers.append(client.post(url, data).content.decode())
        connection.close()

    threads = []
    for _ in range(PHONES):
        phone = Client()
        phone.force_login(world.member_a)
        data = {"seen": hidden(phone.get(url).content.decode(), "seen")}
        threads.append(threading.Thread(target=press, args=(phone, data)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == PHONES * PRESSES
    assert all("您已签到" in answer for answer in answers)
    assert SignIn.objects.count() == 1
    measured(f"{len(answers)} answers, all alike; 1 row")
