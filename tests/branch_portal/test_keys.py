"""The key file: changed without losing a key, recognised when it is another database's, put together from two shares."""

import json
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from branch_portal.crypto import seal, unseal
from branch_portal.key_check import compare, refuse_wrong_keys_or_exit
from branch_portal.key_shares import join, split
from branch_portal.keys import (
    KeysRefused,
    activate_key,
    add_key,
    create_keyring,
    drop_key,
    keyring,
    read_ring,
)
from members.models import Member
from tests import factories as make

WHERE = {"column": "robot.url", "uid": "1"}


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "keys.json"
    create_keyring(path)
    return path


@pytest.fixture
def other_keys(settings, key_file):
    """Another database's key file, with the same ids in it."""
    settings.PORTAL_KEYRING = key_file
    return key_file


def test_a_key_is_known_before_it_seals_and_its_number_never_returns(key_file):
    assert not create_keyring(key_file)
    first = read_ring(key_file)
    assert (add_key(key_file), add_key(key_file)) == ("k2", "k2")
    assert read_ring(key_file).active == "k1"
    activate_key(key_file, "k2")
    assert read_ring(key_file).active == "k2"
    assert read_ring(key_file).keys["k1"] == first.keys["k1"]
    with pytest.raises(KeysRefused, match="正在使用"):
        drop_key(key_file, "k2")
    drop_key(key_file, "k1")
    assert set(read_ring(key_file).keys) == {"k2"}
    assert add_key(key_file) == "k3"
    drop_key(key_file, "k3")
    assert add_key(key_file) == "k4"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o400


def test_a_changed_file_reaches_the_running_process(other_keys):
    assert keyring().active == "k1"
    add_key(other_keys)
    activate_key(other_keys, "k2")
    assert keyring().active == "k2"


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"active": "k1", "keys": {}, "index": "eA=="}', '{"active": "k1", "keys": {"k1": "eA=="}, "index": "eA=="}'],
)  # fmt: skip
def test_a_broken_file_is_refused_in_words(key_file, content):
    key_file.chmod(0o600)
    key_file.write_text(content)
    with pytest.raises(KeysRefused, match="已损坏"):
        read_ring(key_file)


def test_the_first_days_file_is_still_read(key_file):
    stored = json.loads(key_file.read_text())
    stored["keys"] = {kid: entry["key"] for kid, entry in stored["keys"].items()}
    key_file.chmod(0o600)
    key_file.write_text(json.dumps(stored))
    assert set(read_ring(key_file).keys) == {"k1"}


def test_nothing_is_written_under_another_databases_keys(db, other_keys):
    branch = make.organization()
    with pytest.raises(KeysRefused, match="与数据库不符（index、k1）"), transaction.atomic():
        make.member(branch)
    assert not Member.objects.exists()
    with pytest.raises(KeysRefused):
        seal("x", **WHERE)


def test_a_missing_key_is_named(db, settings, key_file):
    ring = json.loads(settings.PORTAL_KEYRING.read_text())
    key_file.chmod(0o600)
    ring["keys"] = {"k9": ring["keys"]["k1"]}
    key_file.write_text(json.dumps(ring | {"active": "k9"}))
    sealed = seal("x", **WHERE)
    settings.PORTAL_KEYRING = key_file
    with pytest.raises(KeysRefused, match="缺少密钥 k1"):
        compare(keyring())
    with pytest.raises(KeysRefused, match="没有编号为 k1 的密钥"):
        unseal(sealed, **WHERE)


def test_a_server_without_its_keys_ends_with_one_line(settings, tmp_path, capsys):
    settings.PORTAL_KEYRING = tmp_path / "nowhere.json"
    with pytest.raises(SystemExit) as ended:
        refuse_wrong_keys_or_exit()
    assert ended.value.code == 3
    assert capsys.readouterr().err.startswith("找不到密钥文件")


def test_the_database_knows_its_keys_and_the_site_cannot_forget_them(db, owner_sql):
    compare(keyring())
    for statement in (
        "DELETE FROM branch_portal_sealingkey",
        "UPDATE branch_portal_sealingkey SET kid = 'k7'",
    ):
        with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
            cursor.execute("SAVEPOINT here")
            try:
                cursor.execute(statement)
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT here")
    assert {row[0] for row in owner_sql("SELECT kid FROM branch_portal_sealingkey")} == {"k1", "index"}


def test_two_shares_make_the_file_and_one_says_nothing(key_file):
    one, two = split(key_file)
    assert json.loads(join(two, one.lower())) == json.loads(key_file.read_text())
    again, _ = split(key_file)
    assert again != one
    with pytest.raises(KeysRefused, match="各一份"):
        join(one, one)
    with pytest.raises(KeysRefused, match="可能有字抄错"):
        join(one, two[:-1] + ("A" if two[-1] != "A" else "Q"))
    with pytest.raises(KeysRefused, match="只应有字母"):
        join("1" + one, two)


def test_a_lost_file_is_put_together_again(other_keys, tmp_path, capsys):
    before = read_ring(other_keys)
    one, two = split(other_keys)
    for name, share in (("one", one), ("two", two)):
        (tmp_path / name).write_text(share)
    with pytest.raises(CommandError, match="已存在"):
        call_command("join_keys", tmp_path / "one", tmp_path / "two")
    other_keys.unlink()
    call_command("join_keys", tmp_path / "one", tmp_path / "two")
    assert read_ring(other_keys) == before
