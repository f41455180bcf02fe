"""The portal's settings with one app more, whose migrations do what migrations of a living portal do."""

from branch_portal.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.upgrade"]  # noqa: F405
