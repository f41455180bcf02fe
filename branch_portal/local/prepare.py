"""Run by the launcher inside the site's environment: one Django process instead of five (each takes a second to load)."""

import hashlib
import io
import os
import sys
from pathlib import Path

LOGINS_VARIABLE = "PORTAL_DEMO_LOGINS"


def main() -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")
    django.setup()
    from branch_portal.database import as_system

    with as_system("the launcher prepares the site"):
        return _prepare()


def _prepare() -> int:
    from django.core.management import CommandError, call_command
    from whitenoise.storage import MissingFileError

    quiet = io.StringIO()
    try:
        _tell("密钥")
        call_command("ensure_keys", stdout=quiet)
        _tell("数据库结构")
        call_command("migrate", verbosity=0, interactive=False)  # says only for whom it waits
        if os.environ.get(LOGINS_VARIABLE):
            _tell("演示数据（数据库为空时载入）")
            call_command(
                "load_demo", "--if-empty", "--write-logins", os.environ[LOGINS_VARIABLE], stdout=quiet
            )
        if _static_files_changed():
            _tell("静态文件")
            call_command("collectstatic", interactive=False, verbosity=0, stdout=quiet)
            _remember_static_files()
    except (CommandError, MissingFileError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    return 0


def _tell(what: str) -> None:
    print(f"· {what}", flush=True)


def _static_stamp() -> Path:
    from django.conf import settings

    return Path(settings.STATIC_ROOT) / ".collected"


def _static_fingerprint() -> str:
    """Names, sizes and times of all files the finders see: collecting and hashing them again takes seconds."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    from branch_portal.static_files import THINNED, used_classes

    mark = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            mark.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
            if path == THINNED:  # what is left of it depends on what pages name
                mark.update("\0".join(sorted(used_classes(Path(storage.path(path)).read_text()))).encode())
    return mark.hexdigest()


def _static_files_changed() -> bool:
    try:
        return _static_stamp().read_text() != _static_fingerprint()
    except OSError:
        return True


def _remember_static_files() -> None:
    _static_stamp().write_text(_static_fingerprint())


if __name__ == "__main__":
    sys.exit(main())
