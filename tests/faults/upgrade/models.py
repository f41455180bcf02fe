from django.db import models


class Thing(models.Model):
    name = models.CharField("名称", max_length=40)
    grade = models.IntegerField("等级", db_default=0)

    class Meta:
        app_label = "upgrade"
        verbose_name = verbose_name_plural = "试验"
        indexes = [models.Index(fields=["name"], name="thing_name")]
        constraints = [models.CheckConstraint(name="thing_grade", condition=models.Q(grade__gte=0))]

    def __str__(self):
        return str(self.pk)
