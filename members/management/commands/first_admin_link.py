from django.core.management.base import BaseCommand
from django.urls import reverse

from members.actions.accounts import make_first_admin_link


class Command(BaseCommand):
    help = "Print the path of a one-time link that makes the first administrator; nothing when there is one already."

    def handle(self, *args, **options):
        token = make_first_admin_link()
        if token is not None:
            self.stdout.write(reverse("accounts:first-admin", args=[token]))
