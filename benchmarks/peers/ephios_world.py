"""Fills ephios, run by its own interpreter: 50 people, 25 events, the first of which all of them take part in. Prints JSON."""

import datetime
import json
import os

PEOPLE, EVENTS = 50, 25


def fill() -> dict:
    """As its own `devdata` command begins; says which page to ask for, and by whose session."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "ephios.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone
    from ephios.core.models import Event, EventType, LocalParticipation, Shift, UserProfile

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("compilejsi18n", verbosity=0)
    if not Event.all_objects.exists():
        call_command("devdata")
        Event.all_objects.all().delete()
        people = [
            UserProfile.objects.create(
                email=f"p{n}@localhost", display_name=f"Person {n}", date_of_birth=datetime.date(1980, 1, 1)
            )
            for n in range(PEOPLE)
        ]
        start = timezone.now() + datetime.timedelta(days=3)
        for number in range(EVENTS):
            begins = start + datetime.timedelta(days=number)
            event = Event.all_objects.create(
                title=f"Training {number}", location="Station", type=EventType.objects.first(), active=True
            )
            shift = Shift.objects.create(
                event=event, meeting_time=begins, start_time=begins, end_time=begins + datetime.timedelta(hours=2),
                signup_flow_slug="instant_confirmation", structure_slug="uniform",
                signup_flow_configuration={}, structure_configuration={},
            )  # fmt: skip
            for person in people if number == 0 else ():
                LocalParticipation.objects.create(
                    shift=shift, user=person, state=LocalParticipation.States.CONFIRMED
                )
    return {
        "event": Event.objects.get(title="Training 0").get_absolute_url(),
        "cookie": _session(UserProfile.objects.get(email="admin@localhost")),
    }


def _session(user) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    print(json.dumps(fill()))
