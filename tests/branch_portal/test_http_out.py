"""Calls to others: no spelling of an address, no name and no redirect leads into the own network."""

import socket
import ssl
import time

import pytest

from branch_portal.http_out import NoAnswer, NotAllowed, NotReached, OutgoingPost, checked, is_public
from tests.harness.websink import WebSink

HOSTS, PATH = ("qyapi.weixin.qq.com",), "/cgi-bin/webhook/send"
GOOD = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"
INSIDE = [
    "0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.168.1.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "2002:a00:1::",
]  # fmt: skip
SPELLINGS = [
    "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
    "HTTPS://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
    "https://QYAPI.weixin.qq.com/cgi-bin/webhook/send?key=1",
    "https://qyapi.weixin.qq.com./cgi-bin/webhook/send?key=1",
    "https://qyapi.weixin.qq.com:443@127.0.0.1/cgi-bin/webhook/send?key=1",
    "https://user:pw@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
    "https://127.0.0.1/cgi-bin/webhook/send", "https://127.1/cgi-bin/webhook/send", "https://2130706433/cgi-bin/webhook/send",
    "https://0x7f000001/cgi-bin/webhook/send", "https://017700000001/cgi-bin/webhook/send", "https://[::1]/cgi-bin/webhook/send",
    "https://[::ffff:127.0.0.1]/cgi-bin/webhook/send", "https://localhost/cgi-bin/webhook/send",
    "https://①②⑦.⓪.⓪.①/cgi-bin/webhook/send", "https://qyapi。weixin。qq。com/cgi-bin/webhook/send",
    "https://qyapi.weixin.qq.com:80/cgi-bin/webhook/send", "https://qyapi.weixin.qq.com:0443/cgi-bin/webhook/sendx",
    "https://qyapi.weixin.qq.com\\.evil.example/cgi-bin/webhook/send", "https://qyapi.weixin.qq.com%2eevil/cgi-bin/webhook/send",
    "https://evil.example/qyapi.weixin.qq.com/cgi-bin/webhook/send", "https://evil.example?https://qyapi.weixin.qq.com/",
    "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send", "https://xqyapi.weixin.qq.com/cgi-bin/webhook/send",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send/", "https://qyapi.weixin.qq.com//cgi-bin/webhook/send",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/../webhook/send", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send#a",
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1 HTTP/1.1", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send\r\nHost: x",
    "https:/qyapi.weixin.qq.com/cgi-bin/webhook/send", "//qyapi.weixin.qq.com/cgi-bin/webhook/send",
    " https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "ftp://qyapi.weixin.qq.com/cgi-bin/webhook/send",
    "gopher://qyapi.weixin.qq.com/cgi-bin/webhook/send", "file:///cgi-bin/webhook/send", "javascript:alert(1)",
    "data:text/plain,x", "https://", "", "qyapi.weixin.qq.com/cgi-bin/webhook/send", GOOD + "&" + "a" * 500,
]  # fmt: skip


@pytest.fixture
def sink(settings):
    server = WebSink()
    server.start()
    settings.PORTAL_OUT_TEST_HOSTS = [server.host]
    yield server
    server.stop()


def post(sink, name="r", seconds=2.0):
    target = checked(sink.robot(name), hosts=HOSTS, path=PATH)
    return OutgoingPost(target, b"{}", {"X-Delivery": "k"}).send(seconds)


def test_the_named_host_is_taken():
    target = checked(GOOD, hosts=HOSTS, path=PATH)
    assert (target.secure, target.host_header, target.request) == (
        True,
        "qyapi.weixin.qq.com",
        "/cgi-bin/webhook/send?key=1",
    )


@pytest.mark.parametrize("url", SPELLINGS)
def test_no_other_spelling_is(url):
    with pytest.raises(NotAllowed):
        checked(url, hosts=HOSTS, path=PATH)


@pytest.mark.parametrize("address", INSIDE)
def test_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "119.29.29.29", "2400:3200::1", "::ffff:8.8.8.8"])
def test_outside_is(address):
    assert is_public(address)


@pytest.mark.fault("F30", "names not resolved, or to this machine")
def test_a_name_that_leads_inside_is_not_called(sink, settings, monkeypatch, measured):
    """Rebinding: the name is on the list, what it resolves to at this moment is not public."""
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(sink.host.split(":")[1])))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: inside)
    target = checked(GOOD, hosts=HOSTS, path=PATH)
    with pytest.raises(NotReached):
        OutgoingPost(target, b"{}", {}).send(1)
    assert sink.asked == 0
    measured("a name that leads to this machine: 0 calls")


@pytest.mark.fault("F30", "names not resolved, or to this machine")
def test_one_inner_address_among_outer_ones_is_enough_to_refuse(monkeypatch, measured):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(NotReached):
        OutgoingPost(checked(GOOD, hosts=HOSTS, path=PATH), b"{}", {}).send(1)
    measured("one inner address among outer ones: not called")


@pytest.mark.fault("F28", "robot answers 200 with an error, garbage, a ban")
def test_a_redirect_is_an_answer_and_leads_nowhere(sink, measured):
    sink.behave = "redirect"
    assert (post(sink).status, sink.asked) == (302, 1)
    measured("a redirect is not followed")


def test_the_environment_s_proxy_is_not_used(sink, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert post(sink).status == 200


@pytest.mark.fault("F28", "robot answers 200 with an error, garbage, a ban")
@pytest.mark.parametrize("behave", ["huge", "drop", "reset"])
def test_what_is_no_whole_answer_is_none(sink, behave, measured):
    sink.behave = behave
    with pytest.raises(NoAnswer):
        post(sink)
    measured(f"{behave}: no answer")


def test_a_silent_server_is_left_in_time(sink):
    sink.behave = "hang"
    begun = time.monotonic()
    with pytest.raises(NoAnswer):
        post(sink, seconds=0.3)
    assert time.monotonic() - begun < 3


def test_nobody_there_means_nothing_was_sent(sink):
    target = checked(sink.robot("r"), hosts=HOSTS, path=PATH)
    sink.stop()
    with pytest.raises(NotReached):
        OutgoingPost(target, b"{}", {}).send(1)


def test_a_server_without_a_trusted_certificate_gets_nothing(sink, monkeypatch):
    target = checked(sink.robot("r").replace("http:", "https:"), hosts=HOSTS, path=PATH)
    with pytest.raises(NotReached):
        OutgoingPost(target, b"{}", {}).send(1)
    assert sink.posts == []
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
