"""An SMTP server that keeps what it is sent, and can be slow, refuse, hang, drip or lose its answers on request."""

import asyncio
import collections
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
    answered: bool = True

    @property
    def key(self) -> str:
        """The delivery's id, or the one that all deliveries of a daily mail share."""
        return str(self.message["Message-ID"]).strip("<>").split("@")[0]

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain", "html"))
        return body.get_content().replace("\r\n", "\n") if body else ""


class MailSink:
    """`pause`: seconds before each message is accepted. `answer`: what is said instead of accepting, e.g. "451 later".

    `manner` is what else may happen to a message: "hang" (kept, no answer), "drip" (kept, the answer one byte a second),
    "drop" (kept, the line is cut: the answer is lost on purpose), "lie" (accepted with 250 and thrown away). `drop_every`
    loses the answer of every so many-th message kept.
    """

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.pause = 0.0
        self.answer = ""
        self.manner = ""
        self.drop_every = 0
        self.dropped = 0
        self.connections = 0
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

    def copies(self) -> collections.Counter[str]:
        """How often each key was kept."""
        with self._lock:
            return collections.Counter(mail.key for mail in self.mails)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.pause:
            time.sleep(self.pause)  # blocks the one loop on purpose: a slow server is slow for everybody
        if self.answer:
            return self.answer
        manner = self.manner or ("drop" if self._drops_this() else "")
        if manner != "lie":
            self._keep(envelope, answered=manner not in {"hang", "drip", "drop"})
        await self._behave(manner, server)
        return "250 kept"

    def _drops_this(self) -> bool:
        return bool(self.drop_every) and (len(self.mails) + 1) % self.drop_every == 0

    def _keep(self, envelope: Envelope, *, answered: bool) -> None:
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        message = email.message_from_bytes(data, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        with self._lock:
            self.dropped += not answered
            self.mails.append(Mail(tuple(envelope.rcpt_tos), message, answered))

    async def _behave(self, manner: str, server: SMTP) -> None:
        """Only this conversation waits: the others go on."""
        if manner == "hang":
            await asyncio.sleep(60)
        elif manner == "drip":
            for byte in b"250 ke":
                server._writer.write(bytes([byte]))
                await server._writer.drain()
                await asyncio.sleep(1)
            await asyncio.sleep(60)
        elif manner == "drop":
            server._writer.transport.abort()
