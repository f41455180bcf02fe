"""The header and foot of every page, drawn once for all pages that show the same.

A page's frame says little that is its own: who is signed in and for whom, where one is, how much is unread. Drawing it costs
more than most of what stands in it, so it is kept by exactly those values; the token and the address are put in afterwards.
"""

import secrets
from dataclasses import dataclass
from functools import lru_cache

from django.core.signals import setting_changed
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

# Stand for what differs from request to request. Nobody can know them, so no text contains them.
_TOKEN, _ADDRESS = secrets.token_hex(16), secrets.token_hex(16)


@dataclass(frozen=True)
class Shell:
    """All that header and foot show. Equal values are drawn once."""

    template: str
    name: str
    host_organization: str
    emblem_url: str | None
    notice: str
    version: str
    signed_in: bool = False
    user_name: str = ""
    member: bool = False
    elder: bool = False
    unread: int = 0
    #: (label, address, icon, whether one is there).
    entries: tuple[tuple[str, str, str, bool], ...] = ()
    organization_name: str = ""
    post_label: str = ""
    #: The key of the branch one acts for; empty for a committee.
    branch: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def draw(shell: Shell, *, token: str, address: str) -> SafeString:
    """The template's markup with this request's token and address."""
    # Both parts are markup already or escaped here.
    return SafeString(_drawn(shell).replace(_TOKEN, escape(token)).replace(_ADDRESS, escape(address)))


@lru_cache(maxsize=512)
def _drawn(shell: Shell) -> str:
    return render_to_string(shell.template, {"shell": shell, "csrf_token": _TOKEN, "address": _ADDRESS})


def _forget(**kwargs) -> None:
    _drawn.cache_clear()


setting_changed.connect(_forget, dispatch_uid="branch_portal.shell")
