"""What tests of accounts share: a quick hash, signing in as a person does, codes of a phone."""

import datetime

import pyotp
from django.test import Client
from django.utils import timezone

from members.actions.two_step import turn_on
from members.models import TotpDevice, User
from members.rules.one_time_codes import new_secret

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
PASSWORD = "河畔-Lantern-77"
NEXT_PASSWORD = "石桥-Orchard-88"


def with_password(user: User, password: str = PASSWORD) -> User:
    """The same account with a password whose hash costs nothing (the test sets `PASSWORD_HASHERS = QUICK`)."""
    user.set_password(password)
    user.save()
    return user


def sign_in(user: User, password: str = PASSWORD, client: Client | None = None, **headers) -> Client:
    client = client or Client(**headers)
    client.post("/accounts/login/", {"username": user.username, "password": password})
    return client


def code_at(secret: str, moment: datetime.datetime | None = None) -> str:
    return pyotp.TOTP(secret).at(moment or timezone.now())


def phone_of(user: User) -> tuple[str, list[str]]:
    """A second step that is on; (its secret, the recovery codes). The code that turned it on may be used again by the test."""
    secret = new_secret()
    codes = turn_on(by=user, secret=secret, typed=code_at(secret), keep_session="")
    TotpDevice.objects.filter(user=user).update(last_step=0)
    return secret, codes


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")
