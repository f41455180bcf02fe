"""Whose request it is by its address: as the trusted proxy says, never as the caller says; and from where the back office opens.

`REMOTE_ADDR` is what brakes, sessions and the audit read. Behind a proxy that is the proxy's own address, so the address that
it has added to `X-Forwarded-For` takes its place: the last one that is no trusted proxy. What stands before it, the caller wrote.
"""

from functools import lru_cache
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import Http404

ADMIN = "/admin/"


@lru_cache
def _networks(texts: tuple[str, ...]) -> tuple:
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


def is_within(address: str, networks: list[str]) -> bool:
    """Whether the address lies in one of these networks; what is no address lies in none."""
    try:
        read = ip_address(address.strip())
    except ValueError:
        return False
    read = getattr(read, "ipv4_mapped", None) or read
    return any(read in network for network in _networks(tuple(networks)))


def client_address(peer: str, forwarded: str, trusted: list[str]) -> str:
    """The address of who asks. `peer` is the other end of the connection ("" on a unix socket, which only a proxy opens)."""
    if not trusted or not (peer == "" or is_within(peer, trusted)):
        return peer
    for hop in reversed(forwarded.split(",")):
        text = hop.strip()
        try:
            ip_address(text)
        except ValueError:
            return peer
        if not is_within(text, trusted):
            return text
    return peer


class ClientAddressMiddleware:
    """Puts the caller's own address where everything else reads it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_address(peer, forwarded, settings.PORTAL_TRUSTED_PROXIES)
        return self.get_response(request)


class AdminNetworksMiddleware:
    """Outside of `PORTAL_ADMIN_NETWORKS` there is no back office, signed in or not."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        allowed = settings.PORTAL_ADMIN_NETWORKS
        address = request.META.get("REMOTE_ADDR", "")
        if allowed and request.path.startswith(ADMIN) and not is_within(address, allowed):
            raise Http404
        return
