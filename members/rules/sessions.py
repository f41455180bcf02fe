"""How long a sign-in lasts (reliability control 33): without a request, and at all."""

import datetime

_MINUTE = datetime.timedelta(minutes=1)
_HOUR = datetime.timedelta(hours=1)
#: (staff, everybody else)
IDLE = (30 * _MINUTE, 12 * _HOUR)
ABSOLUTE = (12 * _HOUR, 7 * 24 * _HOUR)
LONGEST = ABSOLUTE[1]
#: Last seen is written at most so often.
TOUCH = _MINUTE
#: What is sensitive asks for the password again after so long.
FRESH = 5 * _MINUTE
#: Between the password and the code.
SECOND_STEP = 5 * _MINUTE


def ended_because(
    *, staff: bool, started: datetime.datetime, seen: datetime.datetime, now: datetime.datetime
) -> str:
    """Why the sign-in is over, in words for its owner; empty while it lasts."""
    idle, absolute = (limits[0 if staff else 1] for limits in (IDLE, ABSOLUTE))
    if now - seen >= idle:
        return f"您已超过 {_said(idle)}没有操作，为了安全已退出，请重新登录。"
    if now - started >= absolute:
        return f"本次登录已满 {_said(absolute)}，请重新登录。"
    return ""


def _said(span: datetime.timedelta) -> str:
    hours = span // _HOUR
    if hours >= 48:
        return f"{hours // 24} 天"
    return f"{hours} 小时" if hours else f"{span // _MINUTE} 分钟"
