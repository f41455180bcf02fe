"""The six digits of a phone (RFC 6238, 30 s steps), on pyotp: which step a code is of, and what the phone scans."""

import datetime

import pyotp

STEP_SECONDS = 30
#: Clocks of phones differ: the step before and the step after are as good.
_TOLERANCE = 1


def new_secret() -> str:
    return pyotp.random_base32()  # 160 bits


def step_of(secret: str, typed: str, now: datetime.datetime) -> int | None:
    """The step whose code this is, of those around now; None for a wrong one."""
    code = "".join(typed.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    found = None
    # Always all three, so that the time tells nothing about which it was.
    for step in range(current - _TOLERANCE, current + _TOLERANCE + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            found = step
    return found


def phone_address(secret: str, *, username: str, issuer: str) -> str:
    """`otpauth://…`, which the phone reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)
