"""Reads about accounts that no scope limits, because a name must be unique over all."""

from members.models import User


def username_taken(username: str) -> bool:
    return User.objects.filter(username=username).exists()
