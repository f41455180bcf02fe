"""The harness must be able to see what it promises to see; otherwise green means nothing."""

import smtplib

import pytest

from branch_portal.local import processes
from tests.harness.browser import chromium_path


def test_a_stack_serves_and_loses_what_is_killed(stack_factory):
    stack = stack_factory(workers=1, beats=1, demo=False)
    worker, beat = stack.workers[0], stack.beats[0]

    stack.kill_worker(0)
    stack.kill_beat(0)

    assert [processes.birth(worker.pid), processes.birth(beat.pid)] == ["", ""]
    assert (stack.workers, stack.beats) == ([None], [None])
    assert stack.sql("SELECT current_user") == [("portal_owner",)]
    assert stack.start_worker() == 1


def test_the_sink_keeps_accepted_mail_only(stack_factory):
    stack = stack_factory(workers=0, beats=0, web=False, demo=False)
    host, port = stack.sink.url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port)) as client:
        client.sendmail("a@example.org", ["b@example.org"], "Subject: =?utf-8?b?5Lya6K6u?=\n\ntext\n")
        stack.sink.answer = "451 later"
        with pytest.raises(smtplib.SMTPDataError):
            client.sendmail("a@example.org", ["c@example.org"], "Subject: x\n\ntext\n")

    assert [(mail.recipients, mail.subject, mail.text) for mail in stack.mails] == [
        (("b@example.org",), "会议", "text\n")
    ]


def test_the_browser_reports_what_must_not_happen(stack_factory, new_page, browser_problems):
    stack = stack_factory(workers=0, beats=0, demo=False)
    page = new_page("phone")
    page.route("http://elsewhere.invalid/**", lambda route: route.abort())
    page.goto(stack.url + "/accounts/login/")
    assert browser_problems == []

    page.evaluate("console.error('told')")
    page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    page.evaluate("fetch('http://elsewhere.invalid/x').catch(() => 0)")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.wait_for_timeout(300)

    found = "\n".join(browser_problems)
    browser_problems.clear()
    assert "told" in found
    assert "thrown" in found
    assert "http://elsewhere.invalid/x" in found
    assert "Content Security Policy" in found


def test_chromium_is_there():
    assert chromium_path()
