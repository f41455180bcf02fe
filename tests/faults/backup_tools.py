"""What the tests of backups share: a portal's folders, marks of a database, a flipped bit."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection

from branch_portal.backup.media import media_files
from branch_portal.backup.programs import address, connect
from branch_portal.backup.tables import table_marks
from branch_portal.local.paths import ROOT


def marks(database) -> dict:
    """Counts and hashes as the database's owner sees them; what the backup itself writes is left out."""
    with contextlib.closing(connect(address(database.owner_url))) as session:
        found = table_marks(session)
    found.pop("branch_portal_backuprun")
    return found


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def odd_rows() -> None:
    """Values that a careless dump would change: quotes, backslashes, empty and missing, far dates, emoji."""
    with connection.cursor() as cursor:
        for number, text in enumerate(("\\N", "a\tb\nc\\d", "'\"$$;--", "𠮷😀·", "", "=1+1")):
            cursor.execute(
                "INSERT INTO branch_portal_tickerbeat (ticker, beat_at, detail)"
                " VALUES (%s, '0001-01-01 BC', jsonb_build_object('t', %s::text))",
                [f"odd{number}", text],
            )


class Portal:
    CANARY = "清源镇党委的会议记录"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.media = folder / "media"
        self.backup_folder = folder / "backups"

    def write_media(self) -> None:
        for name, content in {
            "files/ab/一张照片.jpg": b"\xff\xd8" + self.CANARY.encode() * 2000,
            "files/ab/copy.jpg": b"\xff\xd8" + self.CANARY.encode() * 2000,
            "files/empty": b"",
            "files/large.mp4": os.urandom(3 * 1024 * 1024),
        }.items():
            path = self.media / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def backups(self) -> list[Path]:
        return sorted(self.backup_folder.glob("[0-9]*")) if self.backup_folder.exists() else []

    def plain_words_in(self, backup: Path) -> list[str]:
        """Files of the backup folder in which anything can be read that should not."""
        words = (self.CANARY.encode(), b"members_member", b"PGDMP", "一张照片".encode())
        files = [path for path in backup.parent.rglob("*") if path.is_file()]
        assert len(files) > 4
        return [str(path) for path in files if any(word in path.read_bytes() for word in words)]

    def same_media(self, other: Path) -> bool:
        def of(root: Path) -> dict:
            return {path.relative_to(root).as_posix(): path.read_bytes() for path in media_files(root)}

        return of(self.media) == of(other)

    def start_and_kill(self, servers, database) -> bool:
        """Start a backup of the same folders and kill it while it writes; True when it had begun."""
        (self.media / "files" / "huge.mp4").write_bytes(os.urandom(1024) * 300_000)
        (var := self.folder / "var").mkdir()
        (var / "media").symlink_to(self.media)
        environment = {
            **os.environ, **servers.environment(database), "PORTAL_VAR": str(var),
            "PORTAL_BACKUP_KEY": str(self.folder / "keys" / "backup-key.json"),
        }  # fmt: skip
        child = subprocess.Popen(
            [sys.executable, "manage.py", "backup", "--to", str(self.backup_folder)],
            cwd=ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + 120
        while not (begun := list(self.backup_folder.glob(".*.part/database.pbk"))):
            assert child.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        (self.media / "files" / "huge.mp4").unlink()
        return bool(begun)
