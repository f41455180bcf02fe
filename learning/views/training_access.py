"""Which class a request means: out of sight is missing (404), in sight and not one's own is refused (403)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse

from learning.keepers import keeps
from learning.models import TrainingClass
from learning.queries.training import sending_branches
from learning.queries.training_subjects import class_url


def visible_class(request, uid) -> TrainingClass:
    classes = TrainingClass.objects.visible_to(request.user)
    return get_object_or_404(classes.select_related("organizer", "confirmed_by", "created_by"), uid=uid)


def kept_class(request, uid) -> TrainingClass:
    training = visible_class(request, uid)
    if not keeps(request.user, training.organizer):
        raise PermissionDenied
    return training


def sending_class(request, uid) -> TrainingClass:
    """For whoever may put people on the list: who keeps the class, and officers of branches that were asked."""
    training = visible_class(request, uid)
    if not keeps(request.user, training.organizer) and not sending_branches(request.user, training).exists():
        raise PermissionDenied
    return training


def crumbs(
    training: TrainingClass | None = None, *more: tuple[str, str | None]
) -> list[tuple[str, str | None]]:
    trail = [("工作台", reverse("workbench")), ("学习", reverse("learning:my-year"))]
    if training is None:
        return [*trail, ("集中培训班", reverse("learning:trainings") if more else None), *more]
    return [
        *trail,
        ("集中培训班", reverse("learning:trainings")),
        (training.title, class_url(training) if more else None),
        *more,
    ]
