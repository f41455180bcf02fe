"""Is this the key file that this database was sealed with? A check value per key lies in the database (fault F45).

`migrate` writes the check values once. Every process compares before it seals anything, and the web and the workers when they
start: with a wrong or missing key file they refuse in words, and nothing is ever written under a wrong key.
"""

import hmac
import sys
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from branch_portal.keys import Keyring, KeysRefused, keyring

INDEX = "index"
#: What a server ends with: gunicorn takes it for a worker that cannot start and ends as well; systemd is told not to try again.
REFUSED = 3
_compared: set[tuple] = set()


def check_value(key: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"key check").derive(key)
    return hmac.digest(derived, b"branch portal", sha256)


def check_values(ring: Keyring) -> dict[str, bytes]:
    return {kid: check_value(key) for kid, key in {**ring.keys, INDEX: ring.index}.items()}


def compare(ring: Keyring, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """KeysRefused when the database knows another key by one of these ids, or one that the ring lacks."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT kid, check_value FROM branch_portal_sealingkey WHERE retired_at IS NULL")
        known = {kid: bytes(value) for kid, value in cursor.fetchall()}
    if not known:
        raise KeysRefused("数据库还没有登记密钥的校验值，请先执行 manage.py migrate。")
    ours = check_values(ring)
    if wrong := sorted(kid for kid, value in known.items() if kid in ours and ours[kid] != value):
        raise KeysRefused(
            f"密钥文件与数据库不符（{'、'.join(wrong)}）：这不是本数据库使用的密钥文件。为避免写入打不开的内容，系统不启动；"
            "请从安全备份恢复原来的密钥文件。"
        )
    if missing := sorted(known.keys() - ours.keys()):
        raise KeysRefused(
            f"密钥文件里缺少密钥 {'、'.join(missing)}，数据库中还有内容用它加密。请恢复包含它的密钥文件。"
        )


def sealing_ring() -> Keyring:
    """The ring to seal with: compared with the database before its first use in this process, and after each change of it."""
    ring = keyring()
    if ring.version not in _compared:
        compare(ring)
        _compared.add(ring.version)
    return ring


def refuse_wrong_keys() -> None:
    """At the start of a server: KeysRefused in words. A database that does not answer, or has no tables yet, is no reason to stay
    away; the comparison is made up for before the first sealing."""
    ring = keyring()
    try:
        compare(ring)
    except DatabaseError:
        return
    finally:
        connections[DEFAULT_DB_ALIAS].close()  # the server forks after this
    _compared.add(ring.version)


def refuse_wrong_keys_or_exit() -> None:
    """For servers: one line that says what is wrong, and no stack of calls under it."""
    try:
        refuse_wrong_keys()
    except KeysRefused as refused:
        sys.stderr.write(f"{refused}\n")
        raise SystemExit(REFUSED) from None


def register(ring: Keyring, *, using: str) -> None:
    """Write the check values of keys that the database does not know yet; the known ones must agree."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM branch_portal_sealingkey")
        if cursor.fetchone()[0]:
            compare(ring, using=using)
        for kid, value in check_values(ring).items():
            cursor.execute(
                "INSERT INTO branch_portal_sealingkey (kid, check_value, created_at) VALUES (%s, %s, now()) "
                "ON CONFLICT (kid) DO NOTHING",
                [kid, value],
            )
            if cursor.rowcount:
                cursor.execute(
                    "INSERT INTO branch_portal_keyevent (at, what, kid, rows) VALUES (now(), 'registered', %s, 0)",
                    [kid],
                )
