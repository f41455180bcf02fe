"""The thing that the access table names of group robots."""

from notices.models import RobotAddress
from tests.personas import World


def robot(world: World) -> RobotAddress:
    """A robot of branch A, whose secretary and committee look after it."""
    return RobotAddress.objects.create(
        organization=world.branch_a,
        kind="wecom",
        name="支部党员群",
        url="secret",
        url_tail="cret",
        created_by=world.secretary_a,
    )
