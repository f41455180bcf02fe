"""Making a backup: one snapshot that the dump and the figures of the manifest share, then the media, then the name."""

import contextlib
import datetime
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from branch_portal.backup import BackupError, folder, media
from branch_portal.backup.cipher import Damaged, Sealer, opened
from branch_portal.backup.keys import BackupKey, field_key_checks
from branch_portal.backup.programs import (
    client_environment,
    connect,
    last_words,
    program,
    server_major,
)
from branch_portal.backup.tables import applied_migrations, table_marks

_ROLE_ADVICE = (
    "备份所用的数据库角色看不全带行级安全的表。请在 DATABASE_BACKUP_URL 写一个 BYPASSRLS 且可读全部表的角色，"
    "或由数据库管理员给属主角色 BYPASSRLS"
)


def make_backup(
    target: Path, key: BackupKey, *, database: Mapping[str, Any], media_root: Path, now: datetime.datetime
) -> tuple[folder.Stored, dict]:
    """A whole backup, published; returns it and its manifest. Old ones are dropped by `clear_out`, not here."""
    with folder.locked(target):
        before = _manifest_of_last(target, key)
        part = folder.draft(target, now)
        number = folder.final_name(part)
        try:
            manifest = _written(part, number, key, database, media_root, before)
            manifest |= {"number": number, "made_at": now.isoformat()}
            write_manifest(part / "manifest.pbk", key, number, manifest)
        except OSError as error:
            raise BackupError(
                f"备份写不下去：{error.strerror or error}（{error.filename or target}）。请检查备份盘的空间和权限"
            ) from None
        head = {
            "format": folder.FORMAT,
            "number": number,
            "made_at": now.isoformat(),
            "version": settings.VERSION,
            "key": key.number,
            "check": key.check,
            "database_bytes": (part / "database.pbk").stat().st_size,
            "media_bytes": sum(entry["size"] for entry in manifest["media"].values()),
        }
        return folder.publish(part, head), manifest


def _written(
    part: Path, number: str, key: BackupKey, database: Mapping[str, Any], root: Path, before: dict
) -> dict:
    """Database and media; returns what the manifest says of them."""
    manifest: dict[str, Any] = {"format": folder.FORMAT, "version": settings.VERSION}
    with media.held(root) as files, contextlib.closing(connect(database)) as session:
        files.hold()
        session.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            cursor.execute("SELECT pg_database_size(current_database())")
            manifest["room"] = cursor.fetchone()[0]
        files.hold()
        manifest["server"] = server_major(session)
        manifest["migrations"] = applied_migrations(session)
        if not manifest["migrations"]:
            raise BackupError("这个数据库里没有门户的表，没有可备份的内容；请核对 DATABASE_OWNER_URL")
        manifest["field_keys"] = field_key_checks()
        manifest["database"] = _dump(part / "database.pbk", number, key, database, session, snapshot)
        manifest["tables"] = _marks(session)
        session.rollback()
        manifest["media"], manifest["damaged"] = media.keep_all(
            files, part.parent / "media", key, before.get("media", {})
        )
    return manifest


def _marks(session) -> dict:
    import psycopg2

    try:
        return dict(table_marks(session))
    except psycopg2.errors.InsufficientPrivilege as error:
        raise BackupError(f"{_ROLE_ADVICE}（{error.diag.message_primary}）") from None


def _dump(
    target: Path, number: str, key: BackupKey, database: Mapping[str, Any], session, snapshot: str
) -> dict:
    """`pg_dump` into the sealed file; nothing of it is on a disk in the clear."""
    # Owners and grants are left out: roles may be named otherwise there, and `migrate` grants anew.
    command = [
        program("pg_dump", server_major(session)), "--format=custom", "--compress=6", f"--snapshot={snapshot}",
        "--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--no-subscriptions",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as said, target.open("wb") as stream:
        child = subprocess.Popen(
            command, env=client_environment(database), stdout=subprocess.PIPE, stderr=said
        )
        try:
            assert child.stdout is not None
            size, mark = media.seal_stream(child.stdout, stream, key, f"{number} database")
            code = child.wait()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            if child.stdout:
                child.stdout.close()
        said.seek(0)
        words = last_words(said.read())
    if code:
        advice = f"{_ROLE_ADVICE}。" if "row-level security" in words else ""
        raise BackupError(f"数据库没有导出：{advice}{words}")
    return {"size": size, "sha256": mark}


def write_manifest(path: Path, key: BackupKey, number: str, manifest: dict) -> None:
    with path.open("wb") as stream:
        sealer = Sealer(stream, key.secret, f"{number} manifest")
        sealer.write(json.dumps(manifest, ensure_ascii=False).encode())
        sealer.close()
        stream.flush()
        os.fsync(stream.fileno())


def read_manifest(backup: folder.Stored, key: BackupKey) -> dict:
    """What the backup says of itself; refused with a reason when the key is another one or a byte is wrong."""
    if (backup.head["key"], backup.head["check"]) != (key.number, key.check):
        raise BackupError(
            f"备份 {backup.name} 是用密钥 {backup.head['key']} 加密的，给出的密钥是 {key.number}，或同名而内容不同。"
            "请用 --key 指明正确的备份密钥文件"
        )
    try:
        with backup.manifest.open("rb") as stream:
            manifest = json.loads(b"".join(opened(stream, key.secret, f"{backup.head['number']} manifest")))
    except (Damaged, OSError, ValueError) as error:
        raise BackupError(f"备份 {backup.name} 的 manifest.pbk 已损坏：{error}") from None
    said = (manifest["number"], manifest["made_at"], manifest["version"])
    if said != (backup.name, backup.head["made_at"], backup.head["version"]):
        raise BackupError(f"备份 {backup.name} 的 head.json 或文件夹名与加密的登记不符，可能被改动过")
    return manifest


def _manifest_of_last(target: Path, key: BackupKey) -> dict:
    """The one before, to compare the media with; none when it can't be read, which `verify_backup` and the drill tell."""
    for backup in folder.all_stored(target)[:1]:
        with contextlib.suppress(BackupError):
            return read_manifest(backup, key)
    return {}


def clear_out(target: Path, key: BackupKey, now: datetime.datetime) -> list[str]:
    """Drop backups beyond their time, then media that none of the others names."""
    with folder.locked(target):
        dropped = folder.drop_old(target, now)
        used: set[Path] = set()
        for backup in folder.all_stored(target):
            try:
                manifest = read_manifest(backup, key)
            except BackupError:
                return dropped  # it may need any of them
            used |= {media.blob(backup.media, key, entry) for entry in manifest["media"].values()}
        media.drop_unused(target.resolve() / "media", used)
    return dropped
