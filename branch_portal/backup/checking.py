"""Checking a backup without restoring it: every byte of it is opened, and what is wrong is named."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from branch_portal.backup import BackupError, media
from branch_portal.backup.cipher import Damaged, opened
from branch_portal.backup.folder import Stored
from branch_portal.backup.keys import BackupKey
from branch_portal.backup.making import read_manifest


def database_pieces(backup: Stored, key: BackupKey, manifest: dict) -> Iterator[bytes]:
    """The dump in the clear, piece by piece; BackupError when it is not what was written."""
    mark = sha256()
    try:
        with backup.database.open("rb") as stream:
            for piece in opened(stream, key.secret, f"{manifest['number']} database"):
                mark.update(piece)
                yield piece
    except (Damaged, OSError) as error:
        raise BackupError(f"备份 {backup.name} 的 database.pbk 已损坏：{error}") from None
    if mark.hexdigest() != manifest["database"]["sha256"]:
        raise BackupError(f"备份 {backup.name} 的 database.pbk 与登记的内容不符")


def findings(backup: Stored, key: BackupKey, tell: Callable[[str], object] = lambda words: None) -> list[str]:
    """All that is wrong with a backup, each in one sentence; empty when all of it can be restored."""
    try:
        manifest = read_manifest(backup, key)
    except BackupError as error:
        return [str(error)]
    wrong = []
    tell(f"检查数据库（{manifest['database']['size']} 字节）")
    try:
        for _ in database_pieces(backup, key, manifest):
            pass
    except BackupError as error:
        wrong.append(str(error))
    tell(f"检查媒体文件（{len(manifest['media'])} 个）")
    for name, entry in manifest["media"].items():
        try:
            for _ in media.pieces(backup.media, key, name, entry):
                pass
        except BackupError as error:
            wrong.append(f"{error}；删去它后再做一次备份，会从原文件重新保存")
    return wrong
