"""The stored years follow posts and affiliations: what is owed and where the year belongs depend on them.

The members' app knows nothing of study hours, so it is listened to. Bulk writers recompute for themselves.
"""

from django.db.models.signals import post_save
from django.dispatch import receiver

from learning.actions.years import refresh_member_years
from members.models import Affiliation, PostTenure


@receiver(post_save, sender=PostTenure, dispatch_uid="learning.tenure")
@receiver(post_save, sender=Affiliation, dispatch_uid="learning.affiliation")
def refresh_years(sender, instance, raw=False, **kwargs):
    if not raw:
        refresh_member_years(by=None, member_ids=[instance.member_id])
