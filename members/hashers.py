"""PBKDF2-HMAC-SM3 for portals that have to use 国密 algorithms; OpenSSL has SM3, so it costs nothing of its own.

PBKDF2 and not Argon2: it is what 国密 profiles know (GM/T 0091), needs no further package, and takes no memory from four web
threads on a small machine.
"""

import hashlib

from django.contrib.auth.hashers import PBKDF2PasswordHasher


def _sm3():
    return hashlib.new("sm3")


class PBKDF2SM3PasswordHasher(PBKDF2PasswordHasher):
    """Hashes of the other kind go on being right, and are made anew in this one at the next sign-in."""

    algorithm = "pbkdf2_sm3"
    iterations = 300_000
    digest = staticmethod(_sm3)
