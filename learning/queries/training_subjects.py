"""How a training class is named outside its own table: addresses, subjects of messages, sources of credits."""

from django.urls import reverse

from learning.models import TrainingClass


def class_url(training: TrainingClass) -> str:
    return reverse("learning:training", args=[training.uid])


def class_subject(training: TrainingClass) -> str:
    return f"learning.training:{training.uid}"


def credit_source(training: TrainingClass, year: int) -> str:
    """One source a calendar year, because a source credits a member once in a category."""
    return f"learning.training:{training.uid}:{year}"
