"""Whether the replica follows (docs/scale.md): nobody at the pages would notice, because the primary answers instead."""

import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from branch_portal.health import Alarm, Figure, Readings, health_source, span
from branch_portal.patience import patience
from branch_portal.replica import ALIAS, CONNECT

_BEHIND = "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8"
_ADVICE = "总览暂由主库回答，不影响使用。请检查副本服务器和复制状态（docs/scale.md）。"


@health_source("replica_behind", "replica_away")
def replica(now: datetime.datetime) -> Readings:
    """One query, of the replica; none where there is no replica."""
    if ALIAS not in settings.DATABASES:
        return Readings()
    seconds, alarms = None, []
    try:
        with patience(CONNECT * 2, connect=CONNECT), connections[ALIAS].cursor() as cursor:
            cursor.execute(_BEHIND)
            seconds = cursor.fetchone()[0]
    except (DatabaseError, InterfaceError):
        connections[ALIAS].close()
        alarms.append(Alarm("replica_away", "只读副本没有回答。", _ADVICE))
    else:
        # A primary on which nothing is written says nothing; the workers' pulse is written every quarter of a minute.
        if seconds is None or seconds > 2 * settings.PORTAL_REPLICA_SECONDS:
            since = (
                "还没有开始复制" if seconds is None else f"落后 {span(datetime.timedelta(seconds=seconds))}"
            )
            alarms.append(Alarm("replica_behind", f"只读副本{since}。", _ADVICE))
    figure = Figure(
        "portal_replica_behind_seconds",
        "Seconds since the last transaction that the replica has followed was committed.",
        seconds,
        "只读副本落后",
        seconds=True,
    )
    return Readings([figure], alarms)
