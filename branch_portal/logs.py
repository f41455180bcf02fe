"""The log: one line a record, as JSON for machines (`PORTAL_LOG_FORMAT=json`) or as words for a screen (`line`).

What happens within a request carries its number, who asked, from where and for which path. Nothing else of the request is
written: no query, no field, no header.
"""

import datetime
import json
import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from branch_portal.redaction import redact

#: Attributes that a record may bring by `extra=` and that become keys of the line.
KEYS = ("method", "status", "ms", "event", "result", "about", "by", "what", "count")
_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass
class Frame:
    """What a line says of the request that it was written in. `user` is known once the session was read."""

    request: str = ""
    user: int | None = None
    ip: str = ""
    path: str = ""


_frame: ContextVar[Frame | None] = ContextVar("portal_log_frame", default=None)


def open_frame(frame: Frame):
    return _frame.set(frame)


def close_frame(token) -> None:
    _frame.reset(token)


def current_frame() -> Frame:
    """That of the running request; an empty one in jobs and commands."""
    return _frame.get() or Frame()


class FrameFilter(logging.Filter):
    """Puts the request's frame on the record."""

    def filter(self, record: logging.LogRecord) -> bool:
        frame = current_frame()
        record.request_id, record.user_id, record.ip, record.path = (
            frame.request,
            frame.user,
            frame.ip,
            redact(frame.path),
        )
        return True


def _escaped(text: str) -> str:
    """One record is one line, whatever a stranger wrote into it."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", ""),
            "user": getattr(record, "user_id", None),
            "ip": getattr(record, "ip", ""),
            "path": getattr(record, "path", ""),
            "message": record.getMessage(),
        }
        line |= {key: value for key in KEYS if (value := getattr(record, key, None)) is not None}
        if record.exc_text:
            line["traceback"] = record.exc_text
        return _escaped(json.dumps(line, ensure_ascii=False, default=str))


class LineFormatter(logging.Formatter):
    """Time, level, logger, words; the request's number behind them."""

    def format(self, record: logging.LogRecord) -> str:
        parts = [self.formatTime(record), record.levelname, record.name, _escaped(record.getMessage())]
        parts += [f"{key}={value}" for key in KEYS[4:] if (value := getattr(record, key, None)) is not None]
        if request := getattr(record, "request_id", ""):
            parts.append(f"[{request}]")
        line = " ".join(parts)
        return f"{line}\n{record.exc_text}" if record.exc_text else line


def logging_config(*, format: str, level: str) -> dict:
    """For `LOGGING` and for gunicorn. One handler; Django's own (mail to administrators) are taken off."""
    if format not in ("json", "line"):
        raise ValueError("PORTAL_LOG_FORMAT 应为 json 或 line")
    formatter = {"json": "JsonFormatter", "line": "LineFormatter"}[format]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "frame": {"()": "branch_portal.logs.FrameFilter"},
            "redaction": {"()": "branch_portal.redaction.RedactionFilter"},
        },
        "formatters": {"portal": {"()": f"branch_portal.logs.{formatter}"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "portal",
                "filters": ["frame", "redaction"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Told by the access line and the security event; once is enough.
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
            "django.security.csrf": {"handlers": [], "level": "ERROR", "propagate": True},
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
            "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
