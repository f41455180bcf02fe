"""Servers on the other side: a chat's robots and a mail server, both of which may misbehave."""

import pytest

from tests.harness.mailsink import MailSink
from tests.harness.websink import WebSink
from tests.notices.factories import mail_to


@pytest.fixture
def web(settings):
    sink = WebSink()
    sink.start()
    settings.PORTAL_OUT_TEST_HOSTS = [sink.host]
    yield sink
    sink.stop()


@pytest.fixture
def mail(settings):
    sink = MailSink()
    sink.start()
    mail_to(settings, sink)
    yield sink
    sink.stop()
