"""The pages of 通知: messages, what was received, what was sent."""

from django.urls import reverse

from notices.queries.notices import may_send


def section_tabs(user, current: str) -> list[dict]:
    """What `components/tabs.html` takes; `current` is the route of the page that shows it."""
    pages = [("消息", "notices:inbox"), ("收到的通知", "notices:received")]
    if may_send(user):
        pages.append(("发出的通知", "notices:sent"))
    return [{"label": label, "url": reverse(route), "active": route == current} for label, route in pages]
