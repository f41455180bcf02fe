import uuid

from django.db import models


class UidModel(models.Model):
    """A row that is named in URLs: a random `uid` beside the integer key, set before insert because seals use it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
