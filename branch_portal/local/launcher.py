"""`make run`: services, site, and an orderly end. Runs on the environment's Python, after `bootstrap`."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from branch_portal.local import environment, processes, site
from branch_portal.local.console import Problem, say, step
from branch_portal.local.paths import Places, read_json, remember, write_private
from branch_portal.local.ports import LOOPBACK, is_free, next_free
from branch_portal.local.prepare import LOGINS_VARIABLE
from branch_portal.local.services import DATABASE, Services, check_own, start_services

_FIRST_PORT = 8000
_ROLES = {
    "superuser": "管理员（三员合一）",
    "committee": "党委工作人员",
    "secretary": "支部书记",
    "member": "党员",
    "secretary_other": "另一支部书记",
    "system_administrator": "系统管理员",
    "security_administrator": "安全管理员",
    "audit_administrator": "审计管理员",
}


def run(places: Places) -> int:
    """Serve until Ctrl-C. A second start while one runs says where it is and ends well."""
    os.umask(0o077)  # data, logs and logins are for this user alone
    places.create()
    _refuse_foreign_data(places)
    configured = environment.configuration(places.root)
    wanted = environment.web_port(configured)
    demo = environment.switch(configured, "PORTAL_DEMO", default=True)
    lock = _wait_for_lock(places)
    if lock is None:
        return _already_running(places, wanted)
    with lock:
        # SIGINT too: a shell starts background jobs with it ignored, and then Ctrl-C from a script would do nothing.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        _end_leftovers(places)
        (places.run / "demo.json").unlink(missing_ok=True)
        port = choose_port(wanted, read_json(places.run / "ports.json").get("web"))
        check_own(configured)
        services = Services()
        running: site.Site | None = None
        try:
            step("启动数据库与消息服务")
            start_services(places, configured, services)
            running = _start_site(places, configured, services, port, demo=demo)
            _watch(places, services, running)
        except KeyboardInterrupt:
            (places.run / "demo.json").unlink(missing_ok=True)
            say("\n正在停止……")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            if running is not None:
                running.stop()
            services.stop()
            (places.run / "children.json").unlink(missing_ok=True)
            (places.run / "demo.json").unlink(missing_ok=True)
            say("已停止")
    return 0


def take_lock(path: Path) -> IO[str] | None:
    """The launcher's lock, or None while another launcher holds it. The kernel frees it however the holder ends."""
    stream = path.open("a+")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stream.close()
        return None
    return stream


def _refuse_foreign_data(places: Places) -> None:
    """PostgreSQL opens only its own user's folder, and another user's secrets can't be read: say so first."""
    if places.secrets_file.exists() and (owner := places.secrets_file.stat().st_uid) != os.geteuid():
        raise Problem(
            f"{places.var} 由另一个用户（编号 {owner}）建立：请用那个用户运行，或用 PORTAL_VAR 另指一个文件夹"
        )


def choose_port(wanted: int | None, remembered: object = None) -> int:
    """The port asked for, or the first free one from the remembered one (8000) on."""
    if wanted is not None:
        if not is_free(wanted):
            raise Problem(
                f"端口 {wanted} 已被占用：请关闭占用它的程序，或换一个端口，例如 make run PORT={wanted + 1}"
            )
        return wanted
    if isinstance(remembered, int) and is_free(remembered):
        return remembered
    return next_free(_FIRST_PORT)


def _wait_for_lock(places: Places, patience: float = 30.0) -> IO[str] | None:
    """The lock; None when another launcher serves, or neither serves nor ends in time (it is starting)."""
    deadline = time.monotonic() + patience
    told = False
    while (lock := take_lock(places.run / "lock")) is None:
        if _url_now(places) or time.monotonic() > deadline:
            return None
        if not told:
            say("另一个窗口正在启动或停止，稍候……")
            told = True
        time.sleep(0.3)
    return lock


def _already_running(places: Places, wanted: int | None) -> int:
    url = _url_now(places)
    if not url:
        raise Problem("另一个窗口的启动或停止还没有完成，请稍候再试")
    if wanted is not None and not url.endswith(f":{wanted}"):
        raise Problem(f"已经在运行：{url}；要换端口，请先在原窗口按 Ctrl-C 停止")
    say(f"已经在运行：{url}")
    return 0


def _url_now(places: Places) -> str:
    return str(read_json(places.run / "demo.json").get("url", ""))


def _end_leftovers(places: Places) -> None:
    known = read_json(places.run / "children.json").get("children", [])
    if processes.end_leftovers((int(pid), str(born)) for pid, born in known):
        step("清理了上次意外中断留下的进程")


def _start_site(
    places: Places, configured: dict[str, str], services: Services, port: int, *, demo: bool
) -> site.Site:
    url = f"http://{LOOPBACK}:{port}"
    logins = places.var / "demo-logins.json"
    values = {**os.environ, **configured, **services.environment, "PORT": str(port)}
    values.setdefault("PORTAL_BASE_URL", url)
    _drop_stale_logins(places, services, logins)
    if demo:
        values[LOGINS_VARIABLE] = str(logins)
    _note_children(places, services, None)
    site.prepare(places, values)
    if services.postgres is not None:
        services.postgres.let_policies_use_indexes(DATABASE)
    running = site.Site(places, values, port)
    try:
        step("启动网页、定时与后台进程")
        running.start()
        _note_children(places, services, running)
        running.wait_until_ready()
    except BaseException:
        running.stop()
        raise
    if "PORT" not in configured:
        remember(places.run / "ports.json", web=port)
    found = json.loads(logins.read_text(encoding="utf-8")) if demo and logins.exists() else []
    write_private(
        places.run / "demo.json",
        json.dumps({"url": url, "logins": found}, ensure_ascii=False, indent=1) + "\n",
    )
    _welcome(url, found, [] if found else _first_admin_links(places, values))
    return running


def _drop_stale_logins(places: Places, services: Services, logins: Path) -> None:
    """Logins belong to one database. Without the file the demo accounts get new passwords."""
    address = (
        services.environment["DATABASE_URL"].rpartition("@")[2] if services.postgres is None else "embedded"
    )
    if services.created or read_json(places.secrets_file).get("demo_logins_for") != address:
        logins.unlink(missing_ok=True)
        remember(places.secrets_file, demo_logins_for=address)


def _first_admin_links(places: Places, values: dict[str, str]) -> list[str]:
    """One path, or "who: path" for each of the three administrators; nothing where there are some."""
    done = subprocess.run(
        [sys.executable, "manage.py", "first_admin_link"],
        cwd=places.root,
        env=values,
        capture_output=True,
        text=True,
    )
    lines = done.stdout.strip().splitlines() if done.returncode == 0 else []
    return [line for line in lines if "/accounts/first-admin/" in line]


def _welcome(url: str, logins: list[dict[str, str]], first_admin: list[str]) -> None:
    say(f"\n支部工作门户已就绪：{url}")
    if logins:
        say("演示账号（用户名、密码；密码随机生成，也写在 var/run/demo.json）：")
        for login in logins:
            role = _ROLES.get(login["role"], login["role"])
            say(
                f"  {login['username']:<14} {login['password']:<16} {role}  {login['name']}，{login['organization']}"
            )
    for line in first_admin:
        who, _, path = line.rpartition("：")
        say(f"尚无{who or '管理员'}，请打开一次性链接设立{who or '第一个管理员'}：{url}{path}")
    say("按 Ctrl-C 停止\n")


def _watch(places: Places, services: Services, running: site.Site) -> None:
    """Until Ctrl-C: fallen processes are started again; without its database the site stops with a sentence."""
    while True:
        time.sleep(0.5)
        if services.postgres and services.postgres.process and services.postgres.process.poll() is not None:
            raise Problem(
                f"数据库进程意外结束，网站随之停止；数据已落盘，重新 make run 即可恢复，日志在 {services.postgres.log}"
            )
        if services.valkey and services.valkey.process and services.valkey.process.poll() is not None:
            say("! 消息服务意外结束，正在重新启动")
            services.valkey.stop()
            services.valkey.start()
            _note_children(places, services, running)
        if running.look():
            _note_children(places, services, running)


def _note_children(places: Places, services: Services, running: site.Site | None) -> None:
    """For the next start, in case this launcher is killed: web first, the database last."""
    children = [one.child for one in reversed(running.running)] if running else []
    children += [server.process for server in (services.valkey, services.postgres) if server]
    known = [(child.pid, processes.birth(child.pid)) for child in children if child is not None]
    write_private(places.run / "children.json", json.dumps({"children": known}))
