"""Looks into one blank form (.xlsx, .docx), or fills it in; run as a script of its own, without Django, under hard limits.

    form_child.py look xlsx|docx FORM        → JSON: what stands in it, and where
    form_child.py fill xlsx|docx FORM PLANS  → a .zip of one filled form for each plan, called 0, 1, 2 …

Somebody else's workbook may be built to exhaust memory or time, or to reach out when it is opened: whatever can act by itself
is refused here before a library sees it, and this process dies instead of the portal. A refusal is a JSON line on the error
output and exit code 3.
"""

import io
import json
import resource
import sys
import warnings
import zipfile
from pathlib import Path

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
#: openpyxl writes each sheet into a file of its own first; the caller says where and removes it.
MAX_FILE = 100 * 1024 * 1024
MAX_RESULT = 80 * 1024 * 1024


class Refused(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def main(task: str, kind: str, path: str, plans: str = "") -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, MAX_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    warnings.simplefilter("ignore")
    try:
        _judge(kind, path)
        answer = _look(kind, path) if task == "look" else _filled(kind, path, json.loads(_read(plans)))
    except Refused as refused:
        json.dump({"reason": refused.reason, "detail": refused.detail[:120]}, sys.stderr)
        sys.exit(3)
    sys.stdout.buffer.write(answer)


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _judge(kind: str, path: str) -> None:
    """What an attachment must not have, a form must not have either."""
    from branch_portal.files_office_child import verdict

    found = verdict(path)
    if found in ("docx", "xlsx") and found != kind:
        raise Refused("unknown")
    if found != kind:
        raise Refused(found)


def _library(kind: str):
    if kind == "xlsx":
        from branch_portal import form_xlsx_child

        return form_xlsx_child
    from branch_portal import form_docx_child

    return form_docx_child


def _look(kind: str, path: str) -> bytes:
    try:
        found = _library(kind).look(path)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("bomb") from error
    except Exception as error:
        # Whatever a library raises at foreign content, the answer is the same: it cannot be taken.
        raise Refused("broken", type(error).__name__) from error
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _filled(kind: str, path: str, plans: list) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, plan in enumerate(plans):
            try:
                made = _library(kind).fill(path, plan)
            except Refused:
                raise
            except MemoryError as error:
                raise Refused("bomb") from error
            except Exception as error:
                raise Refused("unfilled", f"{type(error).__name__} {error}") from error
            archive.writestr(str(number), made)
            if out.tell() > MAX_RESULT:
                raise Refused("bomb")
    return out.getvalue()


if __name__ == "__main__":
    # The script runs isolated; the modules beside it that know no Django are all that it asks of the portal.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.modules["branch_portal.form_child"] = sys.modules["__main__"]
    main(*sys.argv[1:])
