"""How the outbox is doing: what is due and not told, what waits to be sent, what failed, how late it all was.

Every statement reads an index of few rows: open slots that are due, deliveries that wait, those of the last hour and day.
"""

import datetime
from typing import Any

from django.db import connection

from branch_portal.health import LONGEST_WAIT, SILENT, Alarm, Figure, Readings, age, health_source, span
from branch_portal.models import TickerBeat
from notices.models import Delivery

TICKERS = {"notices.tick@worker": "后台进程", "notices.tick@timer": "系统定时器"}
#: A round every 15 s by beat, every minute by the timer (reliability 6.5: three minutes at the defaults).
_TICK_SILENT = 2 * SILENT
_RECENT = datetime.timedelta(minutes=10)
#: So many failures in a row take at least three minutes.
_STUBBORN = 3
#: What is tried again later than this waits for the morning, not for the server.
_LONGEST_PAUSE = datetime.timedelta(minutes=61)

# What is planned after its moment has passed (a meeting of tomorrow, three days before) waits only since then.
_DUE_SLOTS = """
SELECT count(*), min(greatest(slot.due_at, slot.created_at)) FROM notices_reminderslot slot
JOIN notices_reminderrule rule ON rule.id = slot.rule_id AND rule.enabled
WHERE slot.state = 'open' AND slot.due_at <= %(now)s
"""
_WAITING = """
SELECT channel, count(*), count(*) FILTER (WHERE next_at <= %(now)s),
       min(greatest(next_at, created_at)) FILTER (WHERE next_at <= %(now)s),
       count(*) FILTER (WHERE attempts >= %(stubborn)s AND next_at <= %(soon)s)
FROM notices_delivery WHERE status = 'pending' GROUP BY channel
"""
_LAST_HOUR = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY late), max(late)
FROM (
    SELECT extract(epoch FROM row.created_at - greatest(slot.due_at, slot.created_at)) AS late
    FROM notices_delivery row JOIN notices_reminderslot slot ON slot.id = row.slot_id
    WHERE row.created_at > %(hour_ago)s AND row.channel = 'inapp'
) AS told
"""
_SENDS = """
SELECT EXISTS (SELECT 1 FROM notices_delivery
               WHERE created_at > %(day_ago)s AND channel = %(channel)s AND sent_at > %(recent)s)
"""
_DEAD = "SELECT count(*) FROM notices_delivery WHERE status = 'dead' AND created_at > %(day_ago)s"


@health_source("tick_silent", "mail_late", "mail_failing", "mail_dead")
def outbox(now: datetime.datetime) -> Readings:
    """提醒和外发消息. Five queries, and one more for a channel that fails again and again."""
    moments = {
        "now": now,
        "hour_ago": now - datetime.timedelta(hours=1),
        "day_ago": now - datetime.timedelta(days=1),
        "recent": now - _RECENT,
        "soon": now + _LONGEST_PAUSE,
        "stubborn": _STUBBORN,
    }
    tickers = dict(
        TickerBeat.objects.filter(ticker__startswith="notices.tick@").values_list("ticker", "beat_at")
    )
    [(due, oldest)] = _rows(_DUE_SLOTS, moments)
    waiting = _rows(_WAITING, moments)
    [(told, half, most)] = _rows(_LAST_HOUR, moments)
    [(dead,)] = _rows(_DEAD, moments)
    figures = [
        *_ticker_figures(tickers, now),
        *_told_figures(due, age(oldest, now), told, _number(half), _number(most)),
        Figure("portal_deliveries_dead_day", "Messages of the last day given up.", dead, "近一天未送达"),
    ]
    for channel, count, ready, first, _ in waiting:
        figures += _channel_figures(channel, count, ready, age(first, now))
    alarms = _ticks(tickers, oldest, now) + _mail(waiting, moments)
    if dead:
        alarms.append(
            Alarm(
                "mail_dead",
                f"近一天有 {dead} 条消息多次尝试后仍未送达。",
                "多为邮箱或群机器人的地址有误，请核对。站内通知不受影响。",
            )
        )
    return Readings(figures, alarms)


def _rows(statement: str, moments: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, moments)
        return cursor.fetchall()


def _number(value: Any) -> float | None:
    return None if value is None else max(float(value), 0.0)


def _ticker_figures(tickers: dict[str, datetime.datetime], now: datetime.datetime) -> list[Figure]:
    return [
        Figure(
            "portal_ticker_age_seconds",
            "Seconds since a round of the outbox, by who came round.",
            age(tickers.get(name), now),
            f"最近一轮提醒（{label}）",
            seconds=True,
            labels=(("ticker", name),),
        )
        for name, label in TICKERS.items()
    ]


def _told_figures(
    due: int, oldest: float | None, told: int, half: float | None, most: float | None
) -> list[Figure]:
    lateness = "Seconds from due to told in the portal, last hour."
    return [
        Figure("portal_slots_due", "Reminders that are due and not told yet.", due, "到时未发的提醒"),
        Figure(
            "portal_slot_oldest_seconds",
            "How long the oldest of them has been due.",
            oldest,
            "其中最早的已到时",
            seconds=True,
        ),
        Figure("portal_told_hour", "Messages in the portal of the last hour.", told, "近一小时站内通知"),
        *(
            Figure("portal_lateness_seconds", lateness, value, label, True, (("quantile", quantile),))
            for quantile, value, label in (
                ("0.5", half, "到时至送达（中位）"),
                ("1", most, "到时至送达（最长）"),
            )
        ),
    ]


def _channel_figures(channel: str, count: int, ready: int, oldest: float | None) -> list[Figure]:
    word, labels = _word(channel), (("channel", channel),)
    return [
        Figure(
            "portal_deliveries_pending",
            "Messages that wait to be sent.",
            count,
            f"{word}待发",
            labels=labels,
        ),
        Figure(
            "portal_deliveries_due",
            "Those of them whose time has come.",
            ready,
            f"{word}待发，已到时",
            labels=labels,
        ),
        Figure(
            "portal_delivery_oldest_seconds",
            "How long the oldest of these has been due.",
            oldest,
            f"{word}最早的已到时",
            True,
            labels,
        ),
    ]


def _word(channel: str) -> str:
    return dict(Delivery._meta.get_field("channel").flatchoices).get(channel, channel)


def _ticks(
    tickers: dict[str, datetime.datetime], oldest: datetime.datetime | None, now: datetime.datetime
) -> list[Alarm]:
    last = max(tickers.values(), default=None)
    if last is not None and now - last <= _TICK_SILENT and (oldest is None or now - oldest <= LONGEST_WAIT):
        return []
    words = (
        f"提醒已 {span(now - last)}没有处理。" if last and now - last > _TICK_SILENT else "提醒没有按时处理。"
    )
    return [
        Alarm(
            "tick_silent",
            words,
            "请检查后台进程、定时调度和系统定时器；也可以先手工执行 manage.py tick，到时的提醒会立即发出。",
        )
    ]


def _mail(waiting: list[tuple], moments: dict[str, Any]) -> list[Alarm]:
    """Channels that send nothing although they try, and those that do not keep up."""
    alarms, now = [], moments["now"]
    for channel, _, ready, first, stubborn in waiting:
        word = _word(channel)
        if stubborn and _rows(_SENDS, {**moments, "channel": channel}) == [(False,)]:
            alarms.append(
                Alarm(
                    "mail_failing",
                    f"{word}发不出去：十分钟内没有一条成功，{stubborn} 条在反复重试。",
                    "请检查对方服务器的地址、账号和网络；恢复后会自动补发，站内通知不受影响。",
                )
            )
        elif first is not None and now - first > LONGEST_WAIT:
            alarms.append(
                Alarm(
                    "mail_late",
                    f"有 {ready} 条{word}到时未发，最早的已等 {span(now - first)}。",
                    "请检查后台进程是否在运行，对方服务器是否过慢；消息不会丢失。",
                )
            )
    return alarms
