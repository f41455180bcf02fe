from django.conf import settings
from django.db import models


class SubmissionKey(models.Model):
    """One-time key of a form and the page that its first arrival led to (see `branch_portal.once`)."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    result_url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "一次性提交凭据"

    def __str__(self):
        return str(self.key)
