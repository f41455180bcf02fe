"""The stored years follow the organisations and the rules: what is owed depends on dates, committee, cells and cadence.

The members' app knows nothing of organisational life, so it is listened to. Rows that do not exist yet are left alone:
readers work out what such a branch owes by themselves.
"""

from django.db.models.signals import post_save
from django.dispatch import receiver

from activities.actions.years import refresh_branch_years
from activities.models import CadenceRule
from members.models import PartyOrganization


@receiver(post_save, sender=PartyOrganization, dispatch_uid="activities.organization")
def refresh_branch(sender, instance, raw=False, **kwargs):
    kinds = (PartyOrganization.Kind.BRANCH, PartyOrganization.Kind.CELL)
    if not raw and instance.kind in kinds:
        refresh_branch_years(by=None, path=instance.path)


@receiver(post_save, sender=CadenceRule, dispatch_uid="activities.cadence_rule")
def refresh_all(sender, instance, raw=False, **kwargs):
    if not raw:
        refresh_branch_years(by=None)
