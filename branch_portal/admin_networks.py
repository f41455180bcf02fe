"""From where the back office opens. Whose address a request has, `branch_portal.access_log` has settled before."""

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
