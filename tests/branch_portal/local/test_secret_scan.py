"""The search for secrets finds what it is for, and the repository has none of it."""

import subprocess

import pytest

from branch_portal.local.audit import secrets_in
from branch_portal.local.paths import ROOT

_KEY = "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (_KEY, "私钥"),
        ("id = AKIA" + "IOSFODNN7EXAMPLF", "云服务密钥"),
        ("token: ghp_" + "aB3" * 12, "访问令牌"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + "1b2c3d4e-5f60-4718-9a0b-c1d2e3f40516", "群机器人地址"),
        ("postgres://portal:" + "s3cr3tW0rd@db.internal/portal", "带密码的地址"),
        ("11010519491231" + "002X", "公民身份号码"),
    ],
)  # fmt: skip
def test_each_kind_is_found(tmp_path, text, what):
    (tmp_path / "settings.py").write_text(f"# first line\n{text}\n")
    assert list(secrets_in(tmp_path, "settings.py")) == [(2, what)]


def test_what_is_none_is_left_alone(tmp_path):
    (tmp_path / "a.py").write_text(
        "postgres://portal:password@db/portal\n110105194912310021\npostgres://web:abcdefgh1@127.0.0.1/x\n"
    )
    assert list(secrets_in(tmp_path, "a.py")) == []


def test_the_repository_has_no_secrets():
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split(
        "\0"
    )
    assert len(files) > 500
    found = [f"{name}:{line} {what}" for name in files if name for line, what in secrets_in(ROOT, name)]
    assert found == []
