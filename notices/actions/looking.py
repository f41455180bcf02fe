"""The last look before sending: is it still wanted, by whom, and under which address (G5, G6)."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from branch_portal.dates import today_shanghai
from notices.actions.claiming import Parcel, Row
from notices.actions.marking import give_rows_back, let_day_go, mark_ended
from notices.audiences import RECIPIENTS, parameters
from notices.channels.base import Line, Message
from notices.groups import wishes
from notices.models import Delivery, ReminderSlot, RobotAddress
from notices.registry import inside_only
from notices.rules.timing import after_quiet_hours, next_daily

#: A rule of its own: said by the robot that was asked to, whatever else it says.
ROBOT_TEST = "robot_test"
_INBOX = "/notices/"

_LOOK = f"""
WITH {RECIPIENTS}
SELECT delivery.id, delivery.attempts, slot.state, slot.not_after, rule.key, rule.enabled, rule.urgent, rule.email,
       slot.title, slot.body, slot.link, coalesce(now_meant.email, ''), now_meant.user_id IS NOT NULL,
       wish.user_id IS NULL OR (wish.email AND (wish.daily OR NOT delivery.daily)
           AND coalesce(%(groups)s::jsonb ->> rule.key, %(others)s) <> ALL(wish.muted)),
       coalesce(robot.enabled AND (robot.rule_keys = '{{}}' OR rule.key = ANY(robot.rule_keys)
           OR rule.key = %(robot_test)s), false)
FROM notices_delivery delivery
JOIN notices_reminderslot slot ON slot.id = delivery.slot_id
JOIN notices_reminderrule rule ON rule.id = slot.rule_id
LEFT JOIN (SELECT * FROM meant WHERE user_id = ANY(%(people)s)) now_meant
       ON now_meant.slot_id = slot.id AND now_meant.user_id = delivery.recipient_id
LEFT JOIN notices_messagepreference wish ON wish.user_id = delivery.recipient_id
LEFT JOIN notices_robotaddress robot ON robot.id = delivery.robot_id
WHERE delivery.id = ANY(%(ids)s::uuid[]) AND delivery.status = 'sending'
"""


class _Found(NamedTuple):
    pk: Any
    attempts: int
    state: str
    not_after: datetime.datetime
    rule_key: str
    enabled: bool
    urgent: bool
    by_mail: bool
    title: str
    body: str
    link: str
    address: str
    meant: bool
    wished: bool
    of_robot: bool


def look_again(
    parcels: Sequence[Parcel], now: datetime.datetime, counts: dict[str, int]
) -> list[tuple[Parcel, Message]]:
    """The parcels with what they say at this moment, without the rows that must not be sent: those end here, counted."""
    found = _find(parcels, now)
    robots = _robots(parcels)
    ended: dict[tuple[str, str], list[Row]] = {}
    quiet: dict[datetime.datetime, list[Row]] = {}
    ready = []
    for parcel in parcels:
        kept = []
        for row in parcel.rows:
            seen = found.get(row.pk)
            if seen is None or seen.attempts != row.token:
                continue  # taken over
            if end := _end_of(seen, parcel, now):
                ended.setdefault(end, []).append(row)
            elif (later := _quiet_until(seen, parcel, now)) > now:
                quiet.setdefault(later, []).append(row)
            else:
                kept.append((row, seen))
        if kept:
            left = parcel.only([row for row, _ in kept])
            ready.append((left, _message(left, [seen for _, seen in kept], robots)))
        else:
            let_day_go(parcel)
    _write(ended, quiet, counts)
    return ready


def _find(parcels: Sequence[Parcel], now: datetime.datetime) -> dict[Any, _Found]:
    rows = [row for parcel in parcels for row in parcel.rows]
    of_people = {row.slot_id for parcel in parcels if parcel.recipient_id for row in parcel.rows}
    values = parameters(sorted(of_people), today_shanghai(now)) | {
        "ids": [str(row.pk) for row in rows],
        "people": sorted({parcel.recipient_id for parcel in parcels if parcel.recipient_id}),
        "robot_test": ROBOT_TEST,
        **wishes(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, values)
        return {found.pk: found for found in map(_Found._make, cursor.fetchall())}


def _robots(parcels: Iterable[Parcel]) -> dict[int, RobotAddress]:
    ids = {parcel.robot_id for parcel in parcels if parcel.robot_id is not None}
    if not ids:
        return {}
    return RobotAddress.objects.unscoped("messages to robots are sent for nobody").in_bulk(ids)


def _end_of(seen: _Found, parcel: Parcel, now: datetime.datetime) -> tuple[str, str] | None:
    """State and words when the row must not be sent any more."""
    if seen.state == ReminderSlot.State.CANCELLED:
        return Delivery.Status.CANCELLED, ""
    if now >= seen.not_after:
        return Delivery.Status.EXPIRED, "已过时，未发送"
    reason = ""
    if not seen.enabled or seen.rule_key in inside_only():
        reason = "提醒已停用"
    elif parcel.robot_id is not None:
        reason = "" if seen.of_robot else "群机器人已停用，或不再发送这种提醒"
    elif not seen.by_mail:
        reason = "提醒已停用电子邮件"
    elif not seen.meant or not seen.address:
        reason = "收件人已不在发送范围，或没有登记邮箱"
    elif not seen.wished:
        reason = "收件人已关闭这类邮件"
    return (Delivery.Status.SUPPRESSED, reason) if reason else None


def _quiet_until(seen: _Found, parcel: Parcel, now: datetime.datetime) -> datetime.datetime:
    """The moment itself, or when the night is over; the mail of the day waits for its own hour."""
    later = after_quiet_hours(now, urgent=seen.urgent)
    return next_daily(later) if later > now and parcel.day_token is not None else later


def _message(parcel: Parcel, seen: list[_Found], robots: dict[int, RobotAddress]) -> Message:
    if len(seen) == 1:
        message = Message(parcel.key, "", seen[0].title, seen[0].body, seen[0].link)
    else:
        lines = tuple(Line(one.title, one.body, one.link) for one in seen)
        message = Message(parcel.key, "", f"{len(lines)} 条提醒", link=_INBOX, lines=lines)
    if parcel.robot_id is not None:
        robot = robots[parcel.robot_id]
        return message.to(str(robot.url), str(robot.secret))
    return message.to(seen[0].address)


def _write(ended, quiet, counts: dict[str, int]) -> None:
    for (status, words), rows in ended.items():
        counts[str(status)] = counts.get(str(status), 0) + mark_ended(rows, status, words)
    for later, rows in quiet.items():
        give_rows_back(rows, later)
        counts["pending"] = counts.get("pending", 0) + len(rows)
