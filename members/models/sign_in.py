from django.db import models


class LoginAttempt(models.Model):
    """Failed sign-ins of one user name from one address within the running window; the key is a keyed hash of both."""

    key = models.CharField(max_length=64, primary_key=True)
    window_start = models.DateTimeField("窗口开始")
    tries = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "登录尝试"

    def __str__(self):
        return f"{self.window_start:%F %T} {self.tries}"
