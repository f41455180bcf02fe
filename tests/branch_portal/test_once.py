import threading
import uuid

import pytest
from django.db import connection, transaction

from branch_portal.models import SubmissionKey
from branch_portal.once import earlier_result, remember_result
from tests import factories as make


def test_the_second_arrival_gets_the_first_answer(db):
    user, other = make.user("anna"), make.user("berta")
    key = uuid.uuid4()
    assert earlier_result(key, user) is None
    remember_result(key, "/activities/records/1/")
    assert earlier_result(key, user) == "/activities/records/1/"
    assert earlier_result(key, other) == "/"


@pytest.mark.fault("F31", "fifty submissions of one form at once")
def test_ten_at_once_make_one(committed_db, measured):
    user = make.user("anna")
    key = uuid.uuid4()
    answers = []

    def submit():
        with transaction.atomic():
            answer = earlier_result(key, user)
            if answer is None:
                remember_result(key, "/done/")
            answers.append(answer)
        connection.close()

    threads = [threading.Thread(target=submit) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == ["/done/"] * 9 + [None]
    assert SubmissionKey.objects.count() == 1
    measured("10 transactions with one key: 1 went on")
