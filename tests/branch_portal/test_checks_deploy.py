"""Each check of an installation: silent where all is well, and naming what to do where it is not."""

import re
from pathlib import Path

import environ
import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from branch_portal import checks_deploy
from branch_portal.credentials import CREDENTIALS, KEY_FILES, key_file, secret

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def installed(settings, tmp_path):
    """Settings as `deploy/portal.env` gives them."""
    settings.DEBUG = False
    settings.PORTAL_HTTPS = settings.PORTAL_BEHIND_PROXY = True
    settings.ALLOWED_HOSTS = ["portal.example.org", "127.0.0.1", "localhost"]
    settings.PORTAL_BASE_URL = "https://portal.example.org"
    settings.SECRET_KEY = "Zt3k9-vQx7Lm2_Rb8Wd1Yf6Hs4Jn0Cp5Ga-uKeTiOoMqNr"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    keyring = tmp_path / "keys.json"
    keyring.write_text("{}")
    keyring.chmod(0o400)
    settings.PORTAL_KEYRING = keyring
    return settings


def found() -> list[str]:
    every = [
        *checks_deploy.what_is_served(None),
        *checks_deploy.secrets_are_secret(None),
        *checks_deploy.mail_goes_out(None),
    ]
    for message in every:
        assert CHINESE.search(message.msg) and CHINESE.search(message.hint)
    return [message.id for message in every]


def test_an_installation_as_it_should_be(installed):
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "raised"),
    [
        ("DEBUG", True, ["portal.E010"]),
        ("PORTAL_HTTPS", False, ["portal.W011"]),
        ("PORTAL_BEHIND_PROXY", False, ["portal.W012"]),
        ("ALLOWED_HOSTS", ["*"], ["portal.W013"]),
        ("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"], ["portal.W013"]),
        ("PORTAL_BASE_URL", "http://portal.example.org", ["portal.W014"]),
        ("SECRET_KEY", "short", ["portal.E015"]),
        ("SECRET_KEY", "x" * 60, ["portal.E015"]),
        ("SECRET_KEY", "django-insecure-" + "Zt3k9vQx7Lm2Rb8Wd1Yf6Hs4Jn0Cp5GauKe", ["portal.E015"]),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", ["portal.W017"]),
    ],
)
def test_what_is_wrong_is_named(installed, name, value, raised):
    setattr(installed, name, value)
    assert found() == raised


@pytest.mark.parametrize(
    ("mode", "raised"), [(0o400, []), (0o600, []), (0o440, ["portal.E016"]), (0o644, ["portal.E016"])]
)
def test_the_key_file_is_for_the_portal_alone(installed, mode, raised):
    installed.PORTAL_KEYRING.chmod(mode)
    assert found() == raised


def test_a_credential_of_systemd_may_show_its_access_list(installed, monkeypatch):
    installed.PORTAL_KEYRING.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(installed.PORTAL_KEYRING.parent))
    assert found() == []
    installed.PORTAL_KEYRING.chmod(0o444)
    assert found() == ["portal.E016"]


def test_the_database_of_the_tests_is_found_wanting(db):
    """It is a throw-away one, with fsync off and without checksums; its web role owns nothing, as it should be."""
    ids = [
        message.id
        for message in checks_deploy.the_database_keeps_what_it_was_told(None, databases=["default"])
    ]
    assert ids == ["portal.E018", "portal.E018", "portal.E018", "portal.W019"]
    assert checks_deploy.the_database_keeps_what_it_was_told(None, databases=None) == []


def test_a_role_that_owns_the_tables_is_named(committed_db):
    """The same check, asked as the owner."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(_as(committed_db.owner_url))
    try:
        messages = checks_deploy.the_database_keeps_what_it_was_told(None, databases=["default"])
    finally:
        connection.close()
        connection.settings_dict.update(before)
    assert "portal.E020" in [message.id for message in messages]


def _as(url: str) -> dict:
    config = environ.Env.db_url_config(url)
    return {"USER": config["USER"], "PASSWORD": config["PASSWORD"]}


def test_they_run_with_check_deploy_alone():
    every = {check.__name__ for check in checks.registry.registry.get_checks(include_deployment_checks=True)}
    usual = {check.__name__ for check in checks.registry.registry.get_checks()}
    ours = {"what_is_served", "secrets_are_secret", "mail_goes_out", "the_database_keeps_what_it_was_told"}
    assert ours <= every and not ours & usual


# --- Where secrets come from ---


def test_a_secret_comes_from_the_environment_a_file_or_systemd(tmp_path):
    (tmp_path / "secret-key").write_text("from systemd\n")
    (tmp_path / "file").write_text("from a file\n")
    folder = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    named = folder | {"PORTAL_SECRET_KEY_FILE": str(tmp_path / "file")}
    assert secret("PORTAL_SECRET_KEY", environ=folder) == "from systemd"
    assert secret("PORTAL_SECRET_KEY", environ=named) == "from a file"
    assert secret("PORTAL_SECRET_KEY", environ=named | {"PORTAL_SECRET_KEY": "from here"}) == "from here"
    assert secret("EMAIL_URL", "", environ=folder) == ""
    with pytest.raises(ImproperlyConfigured, match="没有设置 DATABASE_URL"):
        secret("DATABASE_URL", environ=folder)
    with pytest.raises(ImproperlyConfigured, match="读不出来"):
        secret("DATABASE_URL", environ={"DATABASE_URL_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize(("name", "file"), KEY_FILES.items())
def test_key_files_are_found_beside_the_other_credentials(tmp_path, name, file):
    folder, usual, own = {"CREDENTIALS_DIRECTORY": str(tmp_path)}, Path("/var/key"), Path("/own/key")
    assert key_file(name, usual, environ={}) == usual
    assert key_file(name, usual, environ=folder) == usual
    (tmp_path / file).write_text("{}")
    assert key_file(name, usual, environ=folder) == tmp_path / file
    assert key_file(name, usual, environ=folder | {name: str(own)}) == own


def test_every_secret_has_a_name_of_its_own():
    assert len(set(CREDENTIALS.values())) == len(CREDENTIALS)
