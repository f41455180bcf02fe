"""The launcher's own decisions, and its command as an operator meets it."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest

from branch_portal.local import launcher, ports, processes
from branch_portal.local.console import Problem
from branch_portal.local.paths import ROOT, random_secrets, read_json, remember, write_private


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_asked_for_is_never_replaced(taken_port):
    with pytest.raises(Problem) as caught:
        launcher.choose_port(taken_port)
    assert str(caught.value).startswith(f"端口 {taken_port} 已被占用")


def test_a_remembered_port_is_kept_while_free(taken_port):
    free = ports.quiet_port()
    assert launcher.choose_port(None, free) == free
    assert launcher.choose_port(None, taken_port) != taken_port


def test_the_next_free_port_is_taken(taken_port):
    assert ports.next_free(taken_port) > taken_port


def test_only_one_launcher_holds_the_lock(tmp_path):
    first = launcher.take_lock(tmp_path / "lock")
    assert launcher.take_lock(tmp_path / "lock") is None
    first.close()
    again = launcher.take_lock(tmp_path / "lock")
    assert again is not None
    again.close()


def test_a_reused_pid_is_not_taken_for_a_leftover():
    assert processes.end_leftovers([(os.getpid(), "1"), (os.getpid(), "")]) == 0


def test_leftovers_are_ended(tmp_path):
    child = processes.start(["sleep", "60"], log=tmp_path / "log")
    assert processes.end_leftovers([(child.pid, processes.birth(child.pid))], patience=5) == 1
    assert child.wait(5) != 0


def test_children_die_with_the_launcher(tmp_path):
    code = (
        "import pathlib, sys, time; from branch_portal.local import processes; "
        "child = processes.start(['sleep', '60'], log=pathlib.Path(sys.argv[1])); print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    pid = int(parent.stdout.readline())
    assert processes.birth(pid)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 5
    while processes.birth(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes.birth(pid) == ""


def test_secrets_are_random_private_and_kept(tmp_path):
    file = tmp_path / "secrets.json"
    first = random_secrets(file, ("one", "two"))
    assert first["one"] != first["two"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert random_secrets(file, ("one", "two")) == first


def test_a_damaged_memory_reads_as_empty(tmp_path):
    file = tmp_path / "ports.json"
    write_private(file, "{ not json")
    assert read_json(file) == {}
    assert remember(file, web=8000) == {"web": 8000}


def _run(tmp_path, **environment):
    return subprocess.run(
        [sys.executable, "-m", "branch_portal.local", "run"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PORTAL_VAR": str(tmp_path),
            "PORTAL_PREPARED": "1",
        }
        | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DATABASE_URL": "postgres://a:b@127.0.0.1:9/x"}, "DATABASE_URL 连不上：对方没有应答"),
        ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL 的写法不对"),
        ({"DATABASE_OWNER_URL": "sqlite:///x"}, "DATABASE_OWNER_URL 的写法不对"),
        ({"REDIS_URL": "redis://127.0.0.1:9/0"}, "REDIS_URL 连不上：请确认服务已启动"),
        ({"PORT": "http"}, "PORT 应为 1 到 65535 之间的数字"),
        ({"PORTAL_DEMO": "maybe"}, "PORTAL_DEMO 应为 1 或 0"),
    ],
)
def test_a_wrong_setting_ends_with_one_sentence(tmp_path, environment, sentence):
    done = _run(tmp_path, **environment)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"× {sentence}")
    assert done.stderr.count("\n") == 1


def test_a_taken_port_ends_with_one_sentence(tmp_path, taken_port):
    done = _run(tmp_path, PORT=str(taken_port))

    assert done.returncode == 1
    assert done.stderr.startswith(f"× 端口 {taken_port} 已被占用")


def test_a_second_start_tells_where_the_first_is(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "demo.json").write_text(json.dumps({"url": "http://127.0.0.1:8123", "logins": []}))
    lock = launcher.take_lock(tmp_path / "run" / "lock")
    with lock:
        done = _run(tmp_path)
        other = _run(tmp_path, PORT="8124")

    assert (done.returncode, done.stdout, done.stderr) == (0, "已经在运行：http://127.0.0.1:8123\n", "")
    assert other.returncode == 1
    assert other.stderr.startswith("× 已经在运行：http://127.0.0.1:8123；要换端口")
