from typing import Self

from django.conf import settings
from django.db import models


class KeptFormQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """What somebody typed is for nobody else."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    editable_by = visible_to


class KeptForm(models.Model):
    """What somebody has typed into a long form and not yet sent, kept by itself so that nothing is lost.

    `key` names the form and what it is about ("activities.record:<uid>"); `data` is the form as the browser encodes it.
    Only its owner reads it; it is dropped when the form is sent, and by the clock after thirty days.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    data = models.TextField()
    saved_at = models.DateTimeField(db_index=True)

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未提交的表单"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="kept_form_once")]

    def __str__(self):
        return f"未提交的表单 {self.pk}"
