"""Electronic mail through Django's configured backend; a connection is opened when first needed and kept for the round."""

import contextlib
import smtplib
import socket

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from notices.channels.base import Channel, ChannelDown, Delayed, Message, Refused, SendError
from notices.channels.words import host, mail_html, mail_text, one_line


class EmailChannel(Channel):
    name = "email"
    label = "电子邮件"
    at_once = settings.PORTAL_MAIL_CONNECTIONS

    def __init__(self):
        self._backend = get_connection()

    def send(self, message: Message) -> str:
        mail = _mail(message)
        try:
            self._open()
            self._backend.send_messages([mail])
        except SendError:
            raise
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self.close()  # whatever state the conversation is in, the next message starts a new one
            raise _meaning(error) from error
        return mail.extra_headers["Message-ID"]

    def _open(self) -> None:
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDown(f"邮件服务器连接不上（{_code(error)}）") from error

    def abort(self) -> None:
        sock = getattr(getattr(self._backend, "connection", None), "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._backend.close()


def _mail(message: Message) -> EmailMultiAlternatives:
    return EmailMultiAlternatives(
        # A line break in a subject would be a header of its own; Django refuses it, we fold it into a space.
        subject=f"【{settings.PORTAL_NAME}】{one_line(message.title)}",
        body=mail_text(message),
        to=[message.address],
        headers={"Message-ID": f"<{message.key}@{host()}>", "Auto-Submitted": "auto-generated"},
        alternatives=[(mail_html(message), "text/html")],
    )


def _meaning(error: Exception) -> SendError:
    """What the server's refusal asks of us; addresses that it may quote are left out."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return _by_code(max(codes), "拒收该地址")
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPAuthenticationError | smtplib.SMTPHeloError):
        return ChannelDown(f"邮件服务器不接受本系统发信（{error.smtp_code}）")
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, "不接受这封邮件")
    if isinstance(error, ValueError):  # an address or header that cannot be put into a mail
        return Refused("邮件地址或标题不合规范")
    return Delayed(f"与邮件服务器的连接中断，结果不明（{_code(error)}）")


def _by_code(code: int, words: str) -> SendError:
    if code >= 500:
        return Refused(f"邮件服务器{words}（{code}）")
    return Delayed(f"邮件服务器暂时{words}（{code}）")


def _code(error: Exception) -> str:
    return str(getattr(error, "smtp_code", "") or type(error).__name__)
