from django.db import models
from django.utils import timezone

from members.models.accounts import User
from members.models.security import OwnAccountQuerySet


class LoginAttempt(models.Model):
    """Tries of one secret within the running window. The key is a keyed hash of what is counted (a name, a network, both);
    `ends_at` is when the window is over or, once the tries are spent, when one may try again. `user` is the account of that
    name, so that the committee finds who is locked out."""

    key = models.CharField(max_length=64, primary_key=True)
    window_start = models.DateTimeField("窗口开始")
    ends_at = models.DateTimeField("窗口结束", default=timezone.now)
    tries = models.PositiveIntegerField("次数", default=0)
    locked = models.BooleanField("暂停", default=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="attempts", verbose_name="账号"
    )

    objects = OwnAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登录尝试"

    def __str__(self):
        return f"{self.window_start:%F %T} {self.tries}"
