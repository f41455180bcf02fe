"""What every page shows: names, the bar, whom one acts for, the unread count."""

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from branch_portal.navigation import entries_for
from branch_portal.shell import Shell

# Named by dotted string: plumbing imports no domain.
_HOST_ORGANIZATION = "members.queries.organizations.host_organization_name"
_UNREAD = "notices.queries.inbox.unread_count"


class PortalContext:
    """Lazily computed and once a request, so a page pays only for what its template shows."""

    def __init__(self, request):
        self._request = request
        self.name = settings.PORTAL_NAME
        self.version = settings.VERSION
        self.notice = settings.PORTAL_NOTICE
        self.emblem_url = None

    @property
    def _user(self):
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def acting(self):
        return getattr(self._request, "acting", None)

    @property
    def elder(self) -> bool:
        return bool(self._user and self._user.elder_view)

    @cached_property
    def host_organization(self) -> str:
        frame = getattr(getattr(self._request, "session", None), "frame", None)
        return frame.host_organization if frame else import_string(_HOST_ORGANIZATION)()

    @cached_property
    def _common(self) -> dict:
        return {
            "name": self.name,
            "host_organization": self.host_organization,
            "emblem_url": self.emblem_url,
            "notice": self.notice,
            "version": self.version,
        }

    @property
    def header(self) -> Shell:
        user, acting = self._user, self.acting
        if user is None:
            return Shell("components/site_header.html", **self._common)
        return Shell(
            "components/site_header.html",
            **self._common,
            signed_in=True,
            user_name=user.display_name,
            member=user.member_id is not None,
            elder=self.elder,
            unread=self.unread,
            entries=entries_for(self._request),
            organization_name=acting.organization_name if acting else "",
            post_label=acting.post_label if acting else "",
            branch=str(acting.organization.uid) if acting and acting.organization.is_branch else "",
            choices=acting.choices if acting else (),
        )

    @property
    def footer(self) -> Shell:
        return Shell("components/site_footer.html", **self._common)

    @cached_property
    def unread(self) -> int:
        return import_string(_UNREAD)(self._user) if self._user else 0


def portal(request):
    return {"portal": PortalContext(request), "request_id": getattr(request, "id", "")}
