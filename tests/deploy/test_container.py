"""deploy/compose.yaml and deploy/Dockerfile name only what is there. No container is started: what is read here are the files."""

import itertools
import re
import shlex

import pytest
import yaml
from django.core.management import get_commands
from django.utils.module_loading import import_string

from branch_portal.credentials import CREDENTIALS, KEY_FILES
from branch_portal.local.paths import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
#: Those that are built from the repository; the others are images of somebody else.
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
INSTALL = (ROOT / "docs/install.md").read_text(encoding="utf-8")


def words_of(command: list[str]) -> list[str]:
    return [word for part in command for word in shlex.split(part)]


def queues(text: str) -> list[str]:
    return sorted(re.findall(r"-Q[\s,']+(\w+)", text))


def test_every_process_of_the_installed_site_is_there():
    assert set(OURS) == {"web", "worker", "jobs", "beat", "tick", "migrate"}
    units = "".join(path.read_text(encoding="utf-8") for path in (DEPLOY / "systemd").glob("*.service"))
    commands = " ".join(" ".join(service.get("command", [])) for service in OURS.values())
    assert queues(commands) == queues(units) == ["default", "jobs"]
    for service in OURS.values():
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        build = service["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


@pytest.mark.parametrize("name", OURS)
def test_commands_are_there(name):
    words = words_of(OURS[name].get("command", []))
    for before, word in itertools.pairwise(words):
        if before == "manage.py":
            assert word.strip(";") in get_commands()
        if before == "-A":
            assert import_string(f"{word}.app")


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_declared_and_their_making_is_described(name):
    for secret in SERVICES[name].get("secrets", []):
        file = COMPOSE["secrets"][secret]["file"]
        assert file == f"secrets/{secret}"
        assert secret in INSTALL, secret
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])


@pytest.mark.parametrize("name", OURS)
def test_settings_are_known_and_secrets_stand_in_files(name):
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    service = OURS[name]
    for setting, value in service["environment"].items():
        plain = setting.removesuffix("_FILE")
        assert plain in example, setting
        if setting != plain:
            assert plain in CREDENTIALS
        if setting != plain or setting in KEY_FILES:
            assert value.removeprefix("/run/secrets/") in service["secrets"], setting
        # Redis holds nothing and is reached by the portal's own containers alone.
        assert plain == "REDIS_URL" or plain not in CREDENTIALS or setting != plain


def test_only_backups_and_migrations_know_the_owner():
    assert {
        name for name, service in SERVICES.items() if "database-owner-url" in service.get("secrets", [])
    } == {
        "jobs",
        "migrate",
    }


def test_what_is_mounted_is_there():
    named = set(COMPOSE["volumes"])
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in named or (source.startswith("./") and (DEPLOY / source).exists()), volume
    script = (DEPLOY / "postgresql/container.sh").read_text(encoding="utf-8")
    for folder, file in re.findall(r"/(portal|run/secrets)/([\w.-]+)", script):
        assert (DEPLOY / "postgresql" / file).exists() if folder == "portal" else file in COMPOSE["secrets"]


def test_the_image_takes_what_is_there_and_no_secret():
    for source in re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE):
        assert (ROOT / source).exists(), source
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"var", ".env", ".git", "deploy/secrets", ".venv"} <= set(ignored)
    assert "static/vendor" not in ignored
    for path in re.findall(r'"(deploy/[\w./]+)"', DOCKERFILE):
        assert (ROOT / path).exists(), path
    # Whoever owns the secrets outside has the number of the account inside.
    [number] = re.findall(r"--uid (\d+)", DOCKERFILE)
    assert f"chown {number}" in INSTALL


def test_the_address_of_the_web_server_is_that_of_the_network():
    [network] = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert all(
        service["environment"]["PORTAL_PROXY_NETWORKS"] == f"{network['gateway']}/32"
        for service in OURS.values()
    )
