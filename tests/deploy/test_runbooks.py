"""What the runbooks and install notes tell an operator to type or open must be there."""

import re
import subprocess

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from branch_portal.health import look
from tests.source import ROOT

RUNBOOKS = sorted((ROOT / "docs/runbooks").glob("*.md"))
PAGES = [*RUNBOOKS, ROOT / "docs/install.md", ROOT / "docs/operations.md"]
UNITS = {path.name for path in (ROOT / "deploy/systemd").iterdir()} | {"nginx", "nginx.service"}
#: Made by the installer or the system, on the installed machine.
INSTALLED = (
    "/etc/portal/", "/var/lib/portal", "/var/lib/postgresql", "/etc/redis/portal.conf", "/var/log/nginx/portal.log", "/opt/portal",
    "/usr/local/sbin/portal-manage", "/etc/systemd/", "/etc/nginx", "/var", "/run/portal", "/etc/nftables.conf", "/var/log/portal-",
    "/etc/postgresql/",
)  # fmt: skip


def every(pattern: str) -> list[tuple[str, str]]:
    return [
        (page.name, found)
        for page in PAGES
        for found in re.findall(pattern, page.read_text(encoding="utf-8"))
    ]


def test_there_are_the_ten_likeliest_incidents_and_the_list_names_them():
    listed = set(
        re.findall(r"\]\(([\w-]+\.md)\)", (ROOT / "docs/runbooks/README.md").read_text(encoding="utf-8"))
    )
    assert listed == {path.name for path in RUNBOOKS} - {"README.md"}
    assert len(listed) >= 10
    for path in RUNBOOKS:
        if path.name != "README.md":
            words = path.read_text(encoding="utf-8")
            positions = [words.find(part) for part in ("**现象**", "**处理**", "**事后**")]
            if path.name != "new-machine.md":
                assert positions == sorted(positions) and -1 not in positions, path.name


def test_management_commands_are_there():
    named = every(r"(?:portal-manage|manage\.py) ([a-z_]+)")
    assert len(named) > 25
    missing = [f"{page}: {name}" for page, name in named if name not in get_commands()]
    assert missing == []


def test_options_of_management_commands_are_there():
    commands = get_commands()
    for page, name, option in [
        (page, *found)
        for page, found in every(r"(?:portal-manage|manage\.py) ([a-z_]+)(?: [\w/-]+)* (--[a-z-]+)")
    ]:
        owner = commands[name]
        parser = load_command_class(owner if isinstance(owner, str) else "", name).create_parser(
            "manage.py", name
        )
        assert option in parser.format_help(), f"{page}: {name} {option}"


def test_units_are_there():
    named = every(r"(?<![\w/-])((?:portal|redis)-[a-z-]+(?:\.(?:service|timer|socket))?)(?![\w-]|\.md)")
    own = {unit.rsplit(".", 1)[0] for unit in UNITS} | UNITS | {"portal-manage", "redis-server"}
    missing = [f"{page}: {name}" for page, name in named if name not in own]
    assert missing == []


def test_files_of_the_repository_are_there():
    named = every(r"(?<![\w/.])((?:docs|deploy|tests|branch_portal|members|notices|supervision)/[\w./-]*\w)")
    assert len(named) > 10
    made_elsewhere = {"deploy/secrets"}  # by the operator
    missing = [name for _, name in named if not (ROOT / name).exists()]
    assert sorted(set(missing) - made_elsewhere) == []


def test_paths_of_the_machine_are_those_that_the_installer_makes():
    named = every(r"(?<![\w/:.=<-])(/(?:etc|var|opt|usr|run)/[\w./-]+\w)")
    assert [f"{page}: {name}" for page, name in named if not name.startswith(INSTALLED)] == []


def test_alarms_that_are_named_are_raised_by_somebody(db):
    keys = set(look().alarm_keys)
    named = {key for _, found in every(r"警报 ((?:`\w+`、?)+)") for key in re.findall(r"`(\w+)`", found)}
    assert len(named) >= 8
    assert named <= keys


def test_every_alarm_has_a_line_in_the_operations_page(db):
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [key for key in look().alarm_keys if f"| `{key}` |" not in page] == []


@pytest.mark.parametrize("path", ["/operations/", "/readyz", "/metrics"])
def test_pages_that_are_named_are_there(path):
    assert resolve(path)


# --- What is installed fits together ---


def test_scripts_are_readable_by_the_shell():
    for script in (*(ROOT / "deploy").rglob("*.sh"), ROOT / "deploy/portal-manage"):
        done = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_the_installer_starts_every_unit_that_there_is():
    words = (ROOT / "deploy/install.sh").read_text(encoding="utf-8")
    for unit in UNITS - {"portal-.service.d", "nginx", "nginx.service"}:
        name, kind = unit.rsplit(".", 1)
        by_timer = f"{name}.timer" in UNITS
        wanted = unit if kind in ("timer", "socket") else name
        assert (kind == "service" and by_timer) or re.search(rf"\b{re.escape(wanted)}\b", words), unit


def test_no_unit_of_others_gets_the_sandbox_of_the_portal():
    """`portal-.service.d` holds for every `portal-*.service`: pgBackRest's run as postgres."""
    for unit in (ROOT / "deploy/pgbackrest").glob("*.service"):
        assert not unit.name.startswith("portal-")
        for path in re.findall(r"/opt/portal/(\S+)", unit.read_text(encoding="utf-8")):
            assert (ROOT / path).exists(), path


def test_services_run_commands_that_are_there_without_a_secret_in_sight():
    commands = get_commands()
    for unit in (ROOT / "deploy/systemd").glob("portal-*.service"):
        words = unit.read_text(encoding="utf-8")
        for name in re.findall(r"manage\.py (\w+)", words):
            assert name in commands, unit.name
    hardening = (ROOT / "deploy/systemd/portal-.service.d/hardening.conf").read_text(encoding="utf-8")
    for wanted in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=\n",
        "SystemCallFilter=",
    ):
        assert wanted in hardening
    from branch_portal.credentials import CREDENTIALS, KEY_FILES

    handed = set(re.findall(r"LoadCredential=([\w.-]+):", hardening))
    # Migrations are run by hand; of the services only backup and drill know the owner's password.
    assert handed == {*CREDENTIALS.values(), KEY_FILES["PORTAL_KEYRING"]} - {"database-owner-url"}
    for unit in (ROOT / "deploy/systemd").glob("portal-*.service"):
        more = set(re.findall(r"LoadCredential=([\w.-]+):", unit.read_text(encoding="utf-8")))
        reads_all = unit.name in ("portal-backup.service", "portal-drill.service")
        assert more == ({"database-owner-url", KEY_FILES["PORTAL_BACKUP_KEY"]} if reads_all else set()), (
            unit.name
        )
    environment = (ROOT / "deploy/portal.env").read_text(encoding="utf-8")
    assert not set(re.findall(r"^(\w+)=", environment, re.MULTILINE)) & set(CREDENTIALS)


def test_every_setting_is_in_the_example():
    """`.env.example` lists what is read from the environment."""
    read = set()
    for path in [ROOT / "branch_portal/settings.py", ROOT / "deploy/gunicorn.conf.py"]:
        read |= set(
            re.findall(
                r"""["']((?:PORTAL|DATABASE|REDIS|EMAIL)_[A-Z_]+)["']""", path.read_text(encoding="utf-8")
            )
        )
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    # Of the local stack and of tests.
    inner = {
        "PORTAL_HASHED_STATIC",
        "PORTAL_OUT_TEST_HOSTS",
        "PORTAL_STATEMENT_TIMEOUT",
        "PORTAL_MAIL_CONNECTIONS",
        "PORTAL_NAME",
    }
    assert [name for name in sorted(read - inner) if name not in example] == []
