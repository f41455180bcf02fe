"""Media files in a backup: read once more each night, kept sealed once each, and put back byte by byte.

Files never change under their name (`media.py`), so one whose content is another although its size and time are the same has
been damaged by the disk. The backup then keeps the good copy of the night before and says so.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO, TypedDict

from branch_portal.backup import BackupError
from branch_portal.backup.cipher import Damaged, Sealer, opened
from branch_portal.backup.keys import BackupKey

_READ = 1024 * 1024


class Entry(TypedDict):
    size: int
    changed: int
    sha256: str


Entries = dict[str, Entry]


@contextlib.contextmanager
def held(root: Path) -> Iterator["Held"]:
    """A second name for every file, so that one deleted meanwhile is still in the backup; costs no room."""
    # Inside, because only there is the same file system certain; names with a dot are nobody's media.
    links = root / f".backup-{os.getpid()}"
    if root.is_dir():
        for left in root.glob(".backup-*"):
            shutil.rmtree(left, ignore_errors=True)
    try:
        yield Held(root, links)
    finally:
        shutil.rmtree(links, ignore_errors=True)


class Held:
    def __init__(self, root: Path, links: Path) -> None:
        self.root, self._links = root, links
        self.files: dict[str, Path] = {}

    def hold(self) -> None:
        """Once before the snapshot and once after it: a file with a row in between is there in one of the two."""
        for path in media_files(self.root):
            name = path.relative_to(self.root).as_posix()
            if name in self.files:
                continue
            link = self._links / name
            link.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, link)
            except FileNotFoundError:
                continue  # deleted between two steps: as if it had been before
            except OSError:
                link = path  # a file system without second names; the file itself is then read
            self.files[name] = link


def media_files(root: Path) -> list[Path]:
    """Every file below the folder, whose own helpers (names with a dot) left out."""
    found = []
    for top in sorted(root.iterdir()) if root.is_dir() else []:
        if not top.name.startswith("."):
            found += [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
    return [path for path in found if not path.is_symlink()]


def keep_all(media: Held, store: Path, key: BackupKey, before: Entries) -> tuple[Entries, list[str]]:
    """Seal every file that is not kept yet; returns what there is, and the names of files that the disk has damaged."""
    entries: Entries = {}
    damaged = []
    for name, path in media.files.items():
        entry = _kept(path, store, key, before.get(name))
        if entry is None:
            continue  # gone, or still being uploaded: nothing that a finished row speaks of
        if entry["sha256"] != (known := before.get(name, entry))["sha256"] and _looks_alike(entry, known):
            damaged.append(name)
            entry = known
        entries[name] = entry
    return entries, damaged


def _looks_alike(entry: Entry, known: Entry) -> bool:
    return (entry["size"], entry["changed"]) == (known["size"], known["changed"])


def _kept(path: Path, store: Path, key: BackupKey, known: Entry | None) -> Entry | None:
    """Seal the file unless it is kept already; None when it is not there or changes under our hands."""
    for _ in range(3):
        try:
            entry = _entry(path)
            if known and known["sha256"] != entry["sha256"] and _looks_alike(entry, known):
                return entry  # damaged: not to be kept
            if blob(store, key, entry).exists() or _keep(path, entry, store, key):
                return entry
        except FileNotFoundError:
            return None
    return None


def _entry(path: Path) -> Entry:
    status = path.stat()
    with path.open("rb") as stream:
        mark = sha256()
        while piece := stream.read(_READ):
            mark.update(piece)
    return {"size": status.st_size, "changed": status.st_mtime_ns, "sha256": mark.hexdigest()}


def blob(store: Path, key: BackupKey, entry: Entry) -> Path:
    name = key.name_of(entry["sha256"])
    return store / name[:2] / f"{name}.pbk"


def _keep(path: Path, entry: Entry, store: Path, key: BackupKey) -> bool:
    """False when what was read is not what was hashed before: somebody is still writing it."""
    target = blob(store, key, entry)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_name(f".{target.name}")
    with path.open("rb") as source, temporary.open("wb") as stream:
        _, found = seal_stream(source, stream, key, f"media {target.stem}")
    if found != entry["sha256"]:
        temporary.unlink()
        return False
    temporary.replace(target)
    return True


def seal_stream(source: IO[bytes], target: BinaryIO, key: BackupKey, label: str) -> tuple[int, str]:
    """Seal what can be read until its end, and see it onto the disk; returns length and sha256 of the plain text."""
    sealer, count, mark = Sealer(target, key.secret, label), 0, sha256()
    while piece := source.read(_READ):
        sealer.write(piece)
        mark.update(piece)
        count += len(piece)
    sealer.close()
    target.flush()
    os.fsync(target.fileno())
    return count, mark.hexdigest()


def pieces(store: Path, key: BackupKey, name: str, entry: Entry) -> Iterator[bytes]:
    """A kept file's bytes; BackupError names the file when a byte of them is not as it was."""
    path = blob(store, key, entry)
    mark = sha256()
    try:
        with path.open("rb") as source:
            for piece in opened(source, key.secret, f"media {path.stem}"):
                mark.update(piece)
                yield piece
    except FileNotFoundError:
        raise BackupError(f"媒体文件 {name} 的备份 {path} 不见了") from None
    except (Damaged, OSError) as error:
        raise BackupError(f"媒体文件 {name} 的备份 {path} 已损坏：{error}") from None
    if mark.hexdigest() != entry["sha256"]:
        raise BackupError(f"媒体文件 {name} 的备份 {path} 与登记的内容不符")


def put_back(entries: Entries, store: Path, key: BackupKey, target: Path) -> None:
    """Write every file into a folder that is not in use yet."""
    for name, entry in entries.items():
        path = target / name
        if not path.resolve().is_relative_to(target.resolve()):
            raise BackupError(f"备份里的文件名 {name} 指向媒体文件夹之外，已拒绝")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("wb") as stream:
            for piece in pieces(store, key, name, entry):
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        os.utime(path, ns=(entry["changed"], entry["changed"]))


def differing(entries: Entries, root: Path) -> list[str]:
    """Files that are missing below the folder or have another content."""
    wrong = []
    for name, entry in entries.items():
        path = root / name
        if not path.is_file() or _entry(path)["sha256"] != entry["sha256"]:
            wrong.append(name)
    return wrong


def drop_unused(store: Path, used: set[Path]) -> int:
    """Remove kept files that no backup names any more."""
    count = 0
    for path in store.glob("*/*.pbk"):
        if path not in used:
            path.unlink(missing_ok=True)
            count += 1
    return count
