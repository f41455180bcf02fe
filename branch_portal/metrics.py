"""`Health` in Prometheus' text format, version 0.0.4. No label of it is about a person."""

import secrets
from collections.abc import Iterable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from branch_portal.health import Figure, Health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Named by dotted string: plumbing imports no domain.
_SPENT, _TRY = "members.actions.secret_brake.is_spent", "members.actions.secret_brake.may_try"
_GUARDED = "metrics token"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def may_read(request: HttpRequest) -> bool:
    """Whoever asks from this very machine, past the web server in front, or shows the operator's token."""
    token = settings.PORTAL_METRICS_TOKEN
    shown = request.META.get("HTTP_AUTHORIZATION", "")
    if token and shown and _is_the_token(shown, token, request.META.get("REMOTE_ADDR", "")):
        return True
    if any(header in request.META for header in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _is_the_token(shown: str, token: str, ip: str) -> bool:
    """Wrong ones are counted by network; once they are spent, the right one gets the same answer as they."""
    if import_string(_SPENT)(_GUARDED, ip=ip):
        return False
    if secrets.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        return True
    import_string(_TRY)(_GUARDED, ip=ip)
    return False


def metrics_text(health: Health) -> str:
    """Every figure, then one 0 or 1 for each alarm that there is."""
    raised = {alarm.key for alarm in health.alarms}
    alarms = [
        Figure("portal_alarm", "Whether this alarm is raised.", key in raised, labels=(("alarm", key),))
        for key in health.alarm_keys
    ]
    return "".join(_lines([*health.figures, *alarms]))


def _lines(figures: list[Figure]) -> Iterable[str]:
    # All samples of one name have to follow each other.
    for key in dict.fromkeys(figure.key for figure in figures):
        samples = [figure for figure in figures if figure.key == key]
        yield f"# HELP {key} {samples[0].help}\n# TYPE {key} gauge\n"
        for sample in samples:
            if sample.value is not None:
                yield f"{key}{_labels(sample)} {float(sample.value):g}\n"


def _labels(figure: Figure) -> str:
    if not figure.labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in figure.labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
