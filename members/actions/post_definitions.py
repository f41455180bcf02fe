"""Changing what the catalogue says of a post."""

from django.db import transaction

from members.actions.errors import ActionRefused
from members.models import PostDefinition, User


@transaction.atomic
def update_post_definition(
    *,
    by: User,
    definition: PostDefinition,
    version: int,
    duties: str,
    tasks: str,
    methods: str,
    standards: str,
) -> PostDefinition:
    """Write the four texts; refused when somebody else wrote since this version was read."""
    locked = PostDefinition.objects.select_for_update().get(pk=definition.pk)
    if locked.version != version:
        raise ActionRefused("这项岗位职责刚被他人修改过，请核对现在的内容后再保存；您填写的内容仍在下面。")
    locked.duties, locked.tasks, locked.methods, locked.standards = duties, tasks, methods, standards
    locked.version += 1
    locked.save()
    return locked
