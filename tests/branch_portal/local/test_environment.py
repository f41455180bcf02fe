import pytest

from branch_portal.local import environment
from branch_portal.local.console import Problem


def test_env_file_takes_names_values_quotes_and_comments():
    text = "# 注释\n\nPORT=8001\nexport NAME = '两 个 字'\nURL=\"postgres://a:b@c/d?x=1#y\"\nEMPTY=\n"

    assert environment.parse_env(text) == {
        "PORT": "8001",
        "NAME": "两 个 字",
        "URL": "postgres://a:b@c/d?x=1#y",
        "EMPTY": "",
    }


def test_env_file_names_the_line_that_it_cannot_read():
    with pytest.raises(Problem) as caught:
        environment.parse_env("PORT=1\n这不是一行设置\n")
    assert str(caught.value) == ".env 第 2 行看不懂：应写作 名称=值"


def test_process_environment_goes_before_the_file_and_empty_is_not_set(tmp_path):
    (tmp_path / ".env").write_text("PORT=8001\nPORTAL_DEMO=0\nREDIS_URL=\n")

    assert environment.configuration(tmp_path, {"PORT": "9000", "DATABASE_URL": ""}) == {
        "PORT": "9000",
        "PORTAL_DEMO": "0",
    }


@pytest.mark.parametrize(("text", "port"), [("", None), ("1", 1), ("8080", 8080), ("65535", 65535)])
def test_port(text, port):
    assert environment.web_port({"PORT": text}) == port


@pytest.mark.parametrize("text", ["0", "65536", "-1", "８０", "80a", "8 0", "1e3"])
def test_port_refused(text):
    with pytest.raises(Problem) as caught:
        environment.web_port({"PORT": text})
    assert str(caught.value) == f"PORT 应为 1 到 65535 之间的数字，现在是“{text}”"


@pytest.mark.parametrize(
    ("value", "answer"),
    [("1", True), ("yes", True), ("ON", True), ("0", False), ("False", False), ("", True)],
)
def test_switch(value, answer):
    assert environment.switch({"PORTAL_DEMO": value}, "PORTAL_DEMO", default=True) is answer


def test_switch_refuses_other_words():
    with pytest.raises(Problem, match="PORTAL_DEMO 应为 1 或 0"):
        environment.switch({"PORTAL_DEMO": "maybe"}, "PORTAL_DEMO", default=True)


@pytest.mark.parametrize("url", ["postgres://a:b@127.0.0.1/x", "postgresql://h:5433/x"])
def test_database_url_accepted(url):
    environment.check_database_url("DATABASE_URL", url)


@pytest.mark.parametrize(
    "url", ["mysql://a:b@c/d", "postgres://h/", "postgres:///x", "x", "postgres://a@h:p/x"]
)
def test_database_url_refused(url):
    with pytest.raises(Problem, match=r"^DATABASE_URL 的写法不对"):
        environment.check_database_url("DATABASE_URL", url)


@pytest.mark.parametrize("url", ["http://h", "redis://", "redis://h:99999/0"])
def test_redis_url_refused(url):
    with pytest.raises(Problem, match=r"^REDIS_URL 的写法不对"):
        environment.check_redis_url("REDIS_URL", url)


def test_wrong_password_is_told_apart_and_never_repeated(servers):
    url = servers.cluster.url("portal_web", "secret-but-wrong", "portal_template")

    with pytest.raises(Problem) as caught:
        environment.check_database("DATABASE_URL", url)
    assert caught.value.sentence == "DATABASE_URL 连不上：用户名或密码不对，请核对"
    assert "secret-but-wrong" not in str(caught.value)


def test_missing_database_is_told_apart(servers):
    url = servers.cluster.url("portal_web", servers.plan["web"], "no_such_database")

    with pytest.raises(Problem) as caught:
        environment.check_database("DATABASE_URL", url)
    assert caught.value.sentence == "DATABASE_URL 连不上：数据库或用户不存在，请先建好"


def test_wrong_redis_password_is_told_apart(servers):
    with pytest.raises(Problem) as caught:
        environment.check_redis("REDIS_URL", f"redis://:wrong@127.0.0.1:{servers.valkey.port}/0")
    assert caught.value.sentence == "REDIS_URL 连不上：密码不对，请核对地址中的密码"


def test_working_servers_pass(servers):
    environment.check_database("DATABASE_URL", servers.database("postgres").owner_url)
    environment.check_redis("REDIS_URL", servers.valkey.url)
