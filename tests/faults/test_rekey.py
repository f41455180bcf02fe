"""F45, F46: the key file is wrong at the start; the rotation of keys is killed half-way, with people reading and writing."""

import os
import shutil
import subprocess
import sys
import threading
import time

import pytest

from branch_portal.local.paths import ROOT
from tests.harness.databases import run_sql

PEOPLE = 1500
UNDER = "SELECT count(*) FROM {table} WHERE substring(id_number FROM 4 FOR 2) = %s::bytea"


@pytest.fixture
def keys(tmp_path, settings):
    """A key file of this test's own, the same keys as the template's."""
    path = tmp_path / "keys.json"
    shutil.copy2(settings.PORTAL_KEYRING, path)
    settings.PORTAL_KEYRING = path
    return path


@pytest.fixture
def manage(servers, committed_db, keys):
    def run(*arguments, **extra):
        return servers.manage(committed_db, *arguments, extra={"PORTAL_KEYRING": str(keys), **extra})

    return run


def many_members():
    """Members with a history of two rows each."""
    from members.models import Member
    from tests import factories as make

    branch = make.organization()
    people = [
        Member(branch=branch, name=f"党员{number}", id_number=make.national_id(number), gender="male", birth_date="1970-01-01",
               category="probationary", admitted_on=make.LONG_AGO, mobile=f"1990000{number:04d}", home_address="清源镇")
        for number in range(PEOPLE)
    ]  # fmt: skip
    Member.objects.bulk_create(people)
    Member.objects.update(job_post="1")
    return {person.pk: person.id_number for person in people}


class Crowd:
    """People who read and write while the keys change; what goes wrong for them is kept."""

    def __init__(self, numbers):
        self.numbers, self.errors, self.rounds, self.stop = numbers, [], 0, threading.Event()
        self.threads = [threading.Thread(target=self._live, args=(share,)) for share in range(3)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _live(self, share):
        from django.db import connection

        from members.actions.people import update_member
        from members.models import Member

        keys = [pk for pk in self.numbers if pk % 3 == share]
        while not self.stop.is_set():
            pk = keys[self.rounds * 7 % len(keys)]
            try:
                member = Member.objects.get(pk=pk)
                assert member.id_number == self.numbers[pk]
                update_member(
                    by=None, member=member, version=member.version, values={"landline": f"0999-{pk:07d}"}
                )
                again = Member.objects.get(pk=pk)
                assert (again.id_number, again.landline) == (self.numbers[pk], f"0999-{pk:07d}")
            except Exception as error:
                self.errors.append(repr(error))
            self.rounds += 1
        connection.close()


def start_rekey(database, keys):
    return subprocess.Popen(
        [sys.executable, "manage.py", "rekey", "--pause", "0.3"], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PORTAL_KEYRING": str(keys), "DATABASE_OWNER_URL": database.owner_url},
    )  # fmt: skip


def under(database, kid):
    return sum(
        run_sql(database.owner_url, UNDER.format(table=table), kid.encode())[0][0]
        for table in ("members_member", "members_memberevent")
    )


@pytest.mark.long
@pytest.mark.stack
@pytest.mark.fault("F46", "key rotation killed half-way")
def test_a_killed_rotation_is_finished_by_the_next_one(committed_db, keys, manage, measured):
    from members.models import Member

    numbers = many_members()
    assert "k2" in manage("ensure_keys", "--rotate")
    events = run_sql(committed_db.owner_url, "SELECT count(*) FROM members_memberevent")
    with Crowd(numbers) as crowd:
        rotation = start_rekey(committed_db, keys)
        seen = ""
        while "members_member：500/" not in seen:
            line = rotation.stdout.readline()
            assert line, seen
            seen += line
        rotation.kill()
        rotation.wait()
        rotation.stdout.close()
        old, new = under(committed_db, "k1"), under(committed_db, "k2")
        assert old > 0 and new > 0, "it was killed between"
        time.sleep(0.5)
        manage("rekey")
    assert crowd.errors == []
    assert crowd.rounds > 20
    written = run_sql(committed_db.owner_url, "SELECT count(*) FROM members_memberevent")[0][0] - events[0][0]
    assert written <= crowd.rounds, "the audit has the people's changes and none of the rotation's"
    manage("rekey")
    assert under(committed_db, "k1") == 0
    assert {each.pk: each.id_number for each in Member.objects.all()} == numbers
    history = Member.events.field.model.objects.all()
    assert {each.pgh_obj_id for each in history if each.id_number == numbers[each.pgh_obj_id]} == set(numbers)
    with pytest.raises(RuntimeError, match="刚启用不久"):
        manage("rekey", "--retire", "k1")
    assert "已从密钥文件删除 k1" in manage("rekey", "--retire", "k1", "--grace", "0")
    assert Member.objects.order_by("pk").first().id_number == min(numbers.items())[1]
    told = run_sql(committed_db.owner_url, "SELECT what, kid FROM branch_portal_keyevent ORDER BY id")
    assert [row for row in told if row[1] != "index"][-4:-1] == [
        ("registered", "k2"), ("activated", "k2"), ("resealed", "k2"),
    ]  # fmt: skip
    assert told[-1] == ("retired", "k1")
    measured(
        f"killed with {new} of {old + new} values under the new key; {crowd.rounds} readings and writings meanwhile, 0 errors;"
        f" then all of {PEOPLE} members under the new key, read right"
    )


@pytest.mark.long
@pytest.mark.stack
def test_the_other_algorithm_is_reached_the_same_way(committed_db, keys, manage):
    from members.models import Member, MemberKey

    numbers = many_members()
    gone = min(numbers)
    MemberKey.objects.filter(member=gone).delete()
    with pytest.raises(RuntimeError, match="缺少党员加密盐"):
        manage("rekey", PORTAL_CIPHER="sm4")
    run_sql(
        committed_db.owner_url,
        "INSERT INTO members_personaldataerasure (member_id, ground, at) VALUES (%s, 'request', now())",
        gone,
    )
    said = manage("rekey", PORTAL_CIPHER="sm4")
    assert "其中 3 行属于已清除的个人信息" in said
    [(longest, algorithms)] = run_sql(
        committed_db.owner_url,
        "SELECT max(length(id_number)), array_agg(DISTINCT get_byte(id_number, 1)) FROM members_memberevent "
        "WHERE length(id_number) > 0",
    )
    assert longest and algorithms == [2]
    found = {each.pk: each.id_number for each in Member.objects.all()}
    assert found == numbers | {gone: ""}
    assert "所有加密内容都已改用" in manage("rekey", PORTAL_CIPHER="aes")


@pytest.mark.long
@pytest.mark.stack
@pytest.mark.fault("F45", "encryption key file missing or wrong at start")
def test_no_process_starts_with_a_wrong_key_file(servers, committed_db, tmp_path, measured):
    from branch_portal.keys import create_keyring
    from members.models import Member

    wrong = tmp_path / "wrong.json"
    create_keyring(wrong)
    web = [sys.executable, "-m", "gunicorn", "branch_portal.wsgi:application", "--bind", "127.0.0.1:0", "--config", "deploy/gunicorn.conf.py"]  # fmt: skip
    worker = [sys.executable, "-m", "celery", "-A", "branch_portal", "worker", "--concurrency", "1"]
    for keyring, words in ((wrong, "密钥文件与数据库不符"), (tmp_path / "none.json", "找不到密钥文件")):
        for command in (web, worker):
            done = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, timeout=120,
                env={**os.environ, **servers.environment(committed_db), "PORTAL_KEYRING": str(keyring)},
            )  # fmt: skip
            assert done.returncode != 0
            assert words in done.stderr, done.stderr
            assert "Traceback" not in done.stderr
    with pytest.raises(RuntimeError, match="密钥文件与数据库不符"):
        servers.manage(committed_db, "rekey", extra={"PORTAL_KEYRING": str(wrong)})
    with pytest.raises(RuntimeError, match="密钥文件与数据库不符"):
        servers.manage(committed_db, "load_demo", extra={"PORTAL_KEYRING": str(wrong)})
    assert not Member.objects.exists()
    right = servers.manage(committed_db, "shell", "-c", "import branch_portal.wsgi; print('starts')")
    assert "starts" in right
    measured("web, worker, rekey and load_demo refuse a wrong key file, web and worker a missing one")
