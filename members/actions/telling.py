"""What happened to an account, told to its owner."""

import uuid

from django.utils import timezone

from branch_portal.dates import to_local
from branch_portal.registries import Message, send_message
from members.models import User

_IF_NOT_YOU = "如不是您本人或您申请的，请马上修改密码，并联系上级党委。"


def tell(*, by: User | None, user: User, title: str, body: str) -> None:
    """A message about an account, to whoever owns it: in the portal, and by mail where there is an address."""
    send_message(
        by=by,
        message=Message(
            rule_key="account_changed",
            subject=f"account:{user.pk}:{uuid.uuid4().hex}",
            organization=None,
            member_ids=(),
            account_ids=(user.pk,),
            title=title,
            body=body,
            link="/accounts/security/",
        ),
    )


def tell_changed(*, by: User | None, user: User, title: str, more: str = "") -> None:
    """That something which guards the account has changed: by whose hand, when, and what to do when it was a stranger's."""
    hand = "您本人" if by is None or by.pk == user.pk else by.display_name
    body = f"时间：{to_local(timezone.now()):%Y-%m-%d %H:%M}。经办人：{hand}。{more}{_IF_NOT_YOU}"
    tell(by=by, user=user, title=title, body=body)
