from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from branch_portal.permissions import PLATFORM_LABELS
from members.actions.accounts import FIRST_ONE, FIRST_THREE, make_first_admin_link


class Command(BaseCommand):
    help = (
        "Print the path of a one-time link that makes the first administrator, or one for each of the three (三员) that the "
        "portal lacks; nothing when there is none to make."
    )

    def handle(self, *args, **options):
        for role in FIRST_THREE if settings.PORTAL_SEPARATE_ADMINS else FIRST_ONE:
            token = make_first_admin_link(role)
            if token is None:
                continue
            path = reverse("accounts:first-admin", args=[token])
            self.stdout.write(f"{PLATFORM_LABELS[role]}：{path}" if role else path)
