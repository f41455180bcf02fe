"""What must never stand in a log: identity and telephone numbers, passwords, tokens, keys of sessions, links that open something.

Applied to whatever leaves a handler, tracebacks included, and to Django's report of an error. It is the second line: code logs
row numbers and kinds, never what people wrote.
"""

import logging
import re
from collections.abc import Callable

from django.utils.datastructures import MultiValueDict
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

_GONE = "***"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

#: Paths whose last part is itself the key to what lies behind. `tests/branch_portal/test_logs.py` finds those that are missing.
SECRET_PATHS = ("accounts/link", "accounts/first-admin", "feeds", "activities/s", "verify")

_NAMES = (
    r"(?:old_|new_)?passw(?:or)?d\d?|secret(?:_key)?|token|csrfmiddlewaretoken|(?:__Host-)?(?:sessionid|csrftoken)|session_key"
    r"|access_token|api_key|authorization|cookie|otp|recovery_code"
)


def is_identity_number(text: str) -> bool:
    """18 signs whose check digit is right (GB 11643); anything else of that length is some other number."""
    digits = text[:17]
    return sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11 == "10X98765432".index(
        text[17].upper()
    )


def _identity_number(found: re.Match) -> str:
    text = "".join(sign if sign in "xX" else str(int(sign)) for sign in found[0])
    return "[身份证号]" if is_identity_number(text) else found[0]


_RULES: list[tuple[re.Pattern, str | Callable[[re.Match], str]]] = [
    (re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])"), _identity_number),
    (re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"), "[手机号]"),
    # What PostgreSQL says of a row that it refuses is the row.
    (re.compile(r"(DETAIL|CONTEXT|HINT|QUERY):[ \t].*"), rf"\1: {_GONE}"),
    (re.compile(r"\b(Bearer|Basic|Token)\s+[\w.~+/=-]+"), rf"\1 {_GONE}"),
    (re.compile(r"(\w+://[^\s:/@'\"]*):[^\s/@'\"]+@"), rf"\1:{_GONE}@"),
    (
        re.compile(rf"\b({_NAMES})\b([\"']?\s*[:=]\s*(?:\[)?[\"']?)([^\s\"'&,;}}\]]+)", re.IGNORECASE),
        rf"\1\2{_GONE}",
    ),
    (re.compile(rf"/({'|'.join(SECRET_PATHS)})/[^/\s\"'?]+"), rf"/\1/{_GONE}"),
    # A query says what somebody looked for.
    (re.compile(r"(/[\w./%~-]*)\?[^\s\"'<>)]+"), rf"\1?{_GONE}"),
    # Tokens of 128 bits and more, in whatever place: letters and digits mixed, no identifier and no number of a row.
    (
        re.compile(
            r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])(?![0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})[A-Za-z0-9_-]{28,}(?![\w-])"
        ),
        _GONE,
    ),
]


def redact(text: str) -> str:
    """The text without what must not be kept."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


class RedactionFilter(logging.Filter):
    """On every handler. The traceback is written here, so that no formatter writes the unredacted one afterwards."""

    _plain = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "redacted", False):
            return True
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._plain.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        record.redacted = True
        return True


class QuietReporterFilter(SafeExceptionReporterFilter):
    """For Django's own report: no field of a form, no variable, no cookie, and of the request's headers only harmless ones."""

    _TOLD = {"REQUEST_METHOD", "PATH_INFO", "SERVER_NAME", "SERVER_PORT", "REMOTE_ADDR", "CONTENT_TYPE"}

    def is_active(self, request) -> bool:
        return True

    def get_safe_request_meta(self, request):
        return {} if request is None else {k: v for k, v in request.META.items() if k in self._TOLD}

    def get_safe_cookies(self, request):
        return {} if request is None else dict.fromkeys(request.COOKIES, self.cleansed_substitute)

    def get_post_parameters(self, request):
        if request is None:
            return {}
        return MultiValueDict({name: [self.cleansed_substitute] for name in request.POST})

    def get_traceback_frame_variables(self, request, tb_frame):
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]


class QuietReporter(ExceptionReporter):
    """The report's words are redacted too: the message of an exception may hold anything."""

    def get_traceback_data(self):
        data = super().get_traceback_data()
        data["request_GET_items"] = [(name, _GONE) for name, _ in data.get("request_GET_items", [])]
        data["request_insecure_uri"] = redact(str(data.get("request_insecure_uri", "")))
        data["user_str"] = ""
        return data

    def get_traceback_html(self):
        return redact(super().get_traceback_html())

    def get_traceback_text(self):
        return redact(super().get_traceback_text())
