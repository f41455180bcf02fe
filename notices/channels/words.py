"""What a message looks like outside: text for chats and mail, simple HTML for mail."""

from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from notices.channels.base import Message

MAIL_FOOT = "本邮件由系统自动发出，请勿回复。详情请登录门户查看。"


def absolute(link: str) -> str:
    base = settings.PORTAL_BASE_URL.rstrip("/")
    return f"{base}{link}" if link else base


def host() -> str:
    return urlsplit(settings.PORTAL_BASE_URL).hostname or "portal"


def one_line(text: str) -> str:
    """Without line breaks, which would be a header of their own in a subject."""
    return " ".join(text.split())


def mail_text(message: Message) -> str:
    parts = [message.title, message.body]
    parts += ["\n".join(_some(line.title, line.body, absolute(line.link))) for line in message.lines]
    return "\n\n".join(_some(*parts, absolute(message.link), MAIL_FOOT))


def mail_html(message: Message) -> str:
    context = {
        "message": message,
        "url": absolute(message.link),
        "lines": [(line, absolute(line.link)) for line in message.lines],
        "portal": settings.PORTAL_NAME,
        "foot": MAIL_FOOT,
    }
    return render_to_string("notices/mail.html", context)


def chat_text(message: Message, *, most_bytes: int) -> str:
    """For a chat group, cut to what its robot takes; the number lets people tell a copy from a second message."""
    head = f"【{settings.PORTAL_NAME}】{one_line(message.title)}"
    foot = "\n".join(_some(absolute(message.link), f"编号 {message.key[:8]}"))
    room = most_bytes - _size(head) - _size(foot) - 2
    body = _lines_within(message, room) if message.lines else _cut(message.body, room)
    return "\n".join(_some(head, body, foot))


def _lines_within(message: Message, room: int) -> str:
    """As many titles as there is room for, and how many there are more."""
    rest_words = "另有 {} 条，请登录门户查看"
    room -= _size(rest_words) + 8
    shown: list[str] = []
    for number, line in enumerate(message.lines, start=1):
        text = f"{number}. {one_line(line.title)}"
        room -= _size(text) + 1
        if room < 0:
            break
        shown.append(text)
    rest = len(message.lines) - len(shown)
    return "\n".join([*shown, rest_words.format(rest)] if rest else shown)


def _cut(text: str, room: int) -> str:
    data = text.encode()
    if len(data) <= room:
        return text
    return data[: max(room - 3, 0)].decode(errors="ignore") + "…"


def _size(text: str) -> int:
    return len(text.encode())


def _some(*parts: str) -> list[str]:
    return [part for part in parts if part]
