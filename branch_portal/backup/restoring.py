"""Bringing a backup back: everything is checked before anything is touched, and the database arrives in one transaction."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from branch_portal import migrating
from branch_portal.backup import BackupError, media
from branch_portal.backup.checking import database_pieces, findings
from branch_portal.backup.folder import Stored
from branch_portal.backup.keys import BackupKey, compare_field_keys
from branch_portal.backup.making import read_manifest
from branch_portal.backup.programs import (
    client_environment,
    connect,
    free_bytes,
    last_words,
    program,
    server_major,
)
from branch_portal.backup.tables import differences, marks_of_owner, table_names

_LEAKPROOF = re.compile(rb"^(    LANGUAGE [^\n]*?) LEAKPROOF\b", re.MULTILINE)
Tell = Callable[[str], object]
_NOT_EMPTY = (
    "里已有内容。恢复会用备份替换它，现有内容不再保留：确定要这样做，请先停止网站和后台进程，再加上 --replace"
)


def check(backup: Stored, key: BackupKey, tell: Tell) -> dict:
    """The manifest of a backup that this version, with these keys, can bring back; BackupError says why it can't."""
    manifest = read_manifest(backup, key)
    applied = [(app, name) for app, names in manifest["migrations"].items() for name in names]
    if newer := migrating.newer_than_code(applied, migrating.on_disk()):
        raise BackupError(
            f"备份 {backup.name} 由更新的版本（{manifest['version']}）制作，本版本不认识其中的 {'、'.join(newer[:3])}。"
            "请先安装制作备份的版本或更新的版本，再恢复"
        )
    compare_field_keys(manifest["field_keys"])
    if wrong := findings(backup, key, tell):
        raise BackupError("备份不完好，没有恢复：" + "；".join(wrong[:5]))
    return manifest


def restore(
    backup: Stored,
    key: BackupKey,
    *,
    database: Mapping[str, Any],
    media_root: Path,
    replace: bool,
    now: datetime,
    tell: Tell,
) -> dict:
    """Database and media as they were, compared with the manifest; returns it. Migrating and granting comes after."""
    manifest = check(backup, key, tell)
    _look_at_target(database, media_root, manifest, replace)
    with _staged_media(manifest, backup, key, media_root, tell) as staged:
        tell("载入数据库")
        load_database(backup, key, manifest, database, replace=replace)
        _swap(media_root, staged, now)
    tell("核对恢复结果")
    wrong = compare(manifest, database)
    wrong += [f"媒体文件 {name} 与备份不同" for name in media.differing(manifest["media"], media_root)]
    if wrong:
        raise BackupError("恢复后与备份登记不符：" + "；".join(wrong[:5]))
    return manifest


def _look_at_target(database: Mapping[str, Any], media_root: Path, manifest: dict, replace: bool) -> None:
    with contextlib.closing(connect(database)) as session:
        if (here := server_major(session)) < manifest["server"]:
            raise BackupError(
                f"备份来自 PostgreSQL {manifest['server']}，这里是 {here}：请安装同版本或更新的 PostgreSQL"
            )
        if table_names(session) and not replace:
            raise BackupError(f"数据库 {database.get('NAME')} {_NOT_EMPTY}")
    if media.media_files(media_root) and not replace:
        raise BackupError(f"媒体文件夹 {media_root} {_NOT_EMPTY}")
    wanted = sum(entry["size"] for entry in manifest["media"].values())
    media_root.mkdir(parents=True, exist_ok=True, mode=0o700)
    if wanted > free_bytes(media_root):
        raise BackupError(
            f"{media_root} 所在磁盘剩余 {free_bytes(media_root) >> 20} MB，媒体文件需要 {wanted >> 20} MB"
        )


@contextlib.contextmanager
def _staged_media(manifest: dict, backup: Stored, key: BackupKey, root: Path, tell: Tell) -> Iterator[Path]:
    """The files complete beside those in use; on the same disk, so that exchanging them is a matter of names."""
    staged = root / f".restoring-{os.getpid()}"
    try:
        tell(f"写入媒体文件（{len(manifest['media'])} 个）")
        staged.mkdir(mode=0o700)
        media.put_back(manifest["media"], backup.media, key, staged)
        yield staged
    except OSError as error:
        raise BackupError(f"媒体文件写不进 {root}：{error.strerror or error}") from None
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _swap(root: Path, staged: Path, now: datetime) -> None:
    """What was there is put aside, not deleted."""
    present = [path for path in root.iterdir() if not path.name.startswith(".")]
    if present:
        aside = root / f".before-restore-{now:%Y%m%d%H%M%S}"
        aside.mkdir(mode=0o700)
        for path in present:
            path.rename(aside / path.name)
    for path in list(staged.iterdir()):
        path.rename(root / path.name)


def compare(manifest: dict, database: Mapping[str, Any]) -> list[str]:
    with contextlib.closing(connect(database)) as session:
        return differences(manifest["tables"], marks_of_owner(session))


def load_database(
    backup: Stored, key: BackupKey, manifest: dict, database: Mapping[str, Any], *, replace: bool
) -> None:
    """All of the dump or nothing: `COMMIT` is the last thing that is said, and only when everything before went well.

    `pg_restore` turns the archive into statements and `psql` runs them; both are fed by us, so that whoever dies, the other
    gets no end that looks like a good one.
    """
    with contextlib.closing(connect(database)) as session:
        major = server_major(session)
    environment = client_environment(database)
    environment["PGOPTIONS"] += " -c lock_timeout=10s"
    commands = (
        [program("pg_restore", major), "--no-owner", "--no-privileges", "--file=-"],
        [program("psql", major), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"],
    )
    with tempfile.TemporaryFile() as said:
        reader = subprocess.Popen(
            commands[0], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said
        )
        runner = subprocess.Popen(
            commands[1], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            _feed(reader, runner, database_pieces(backup, key, manifest), replace=replace)
        finally:
            for child in (reader, runner):
                if child.poll() is None:
                    child.kill()
                child.wait()
                for stream in (child.stdin, child.stdout):
                    if stream is not None:
                        with contextlib.suppress(OSError):
                            stream.close()
        said.seek(0)
        if runner.returncode or reader.returncode:
            raise BackupError(f"数据库没有载入，原有内容没有改动：{_mend(last_words(said.read()))}")


def _mend(words: str) -> str:
    if "lock timeout" in words:
        return f"有进程正在使用数据库，请先停止网站和后台进程再试（{words}）"
    if "permission denied to create extension" in words:
        return f"数据库角色无权安装扩展，请由管理员先在库中执行 CREATE EXTENSION（{words}）"
    if "max_locks_per_transaction" in words:
        return (
            f"数据库一次能锁住的表太少，请把 max_locks_per_transaction 设为 256，重启数据库后再试（{words}）"
        )
    return words


def _feed(
    reader: subprocess.Popen, runner: subprocess.Popen, pieces: Iterator[bytes], *, replace: bool
) -> None:
    import threading

    assert reader.stdin and reader.stdout and runner.stdin
    into, out = reader.stdin, reader.stdout

    def pass_on() -> None:
        with contextlib.suppress(OSError):  # the reader ended early; its exit code says so
            for piece in pieces_or_failure():
                into.write(piece)
        with contextlib.suppress(OSError):
            into.close()

    failure: list[BackupError] = []

    def pieces_or_failure() -> Iterator[bytes]:
        try:
            yield from pieces
        except BackupError as error:
            failure.append(error)
            reader.kill()

    feeding = threading.Thread(target=pass_on, daemon=True)
    feeding.start()
    with contextlib.suppress(BrokenPipeError):
        runner.stdin.write(b"BEGIN;\n")
        if replace:
            runner.stdin.write(b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n")
        # Functions stand at the top, and only a superuser may call one leakproof: row-security.md says how to mark it again.
        runner.stdin.write(_LEAKPROOF.sub(rb"\1", out.read(1024 * 1024)))
        while piece := out.read(1024 * 1024):
            runner.stdin.write(piece)
        feeding.join()
        if reader.wait() == 0 and not failure:
            runner.stdin.write(b"\nCOMMIT;\n")
        runner.stdin.close()
    runner.wait()
    if failure:
        raise failure[0]
