"""An SMTP server that keeps what it is sent, and can be slow or refuse on request."""

import email
import email.policy
import logging
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from branch_portal.local.ports import LOOPBACK, quiet_port


@dataclass(frozen=True)
class Mail:
    """One accepted message. `recipients` are the envelope's, which is who really got it."""

    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain", "html"))
        return body.get_content().replace("\r\n", "\n") if body else ""


class MailSink:
    """`pause`: seconds before each message is accepted. `answer`: what is said instead of accepting, e.g. "451 later"."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.pause = 0.0
        self.answer = ""
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname=LOOPBACK, port=quiet_port())

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self._controller.port}"

    def start(self) -> None:
        logging.getLogger("mail.log").setLevel(
            logging.WARNING
        )  # each protocol line, in every failure's report
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.pause:
            time.sleep(self.pause)  # blocks the one loop on purpose: a slow server is slow for everybody
        if self.answer:
            return self.answer
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        message = email.message_from_bytes(data, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        with self._lock:
            self.mails.append(Mail(tuple(envelope.rcpt_tos), message))
        return "250 kept"
