"""pytest plugin (`-p tests.mutants.overlay`): this process reads one file with a check weakened; the files stay as they are.

`PORTAL_MUTANT` names the mutant. A run that never read the file proves nothing and ends with its own exit status. What the
file puts into PostgreSQL (policies, functions of the owner) is put there anew, into this process' own database.
"""

import importlib.abc
import importlib.machinery
import os
import sys

import pytest

from tests.mutants.catalogue import by_id
from tests.mutants.model import Mutant

NEVER_READ = 77
_INSTALLED = "row_security"


class _Source(importlib.machinery.SourceFileLoader):
    """Compiles the weakened text; neither reads nor writes a cached one."""

    mutant: Mutant

    def get_code(self, fullname: str):
        _read.append(fullname)
        return compile(self.mutant.source(), self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname, path, target=None):
        if fullname != self.mutant.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        loader = _Source(fullname, spec.origin)
        loader.mutant = self.mutant
        spec.loader = loader
        return spec


_read: list[str] = []
_mutant = by_id(os.environ["PORTAL_MUTANT"])
if _mutant.module is None:
    from django.template.loaders.filesystem import Loader

    _plain = Loader.get_contents

    def _weakened(self, origin):
        if os.path.realpath(origin.name) != str(_mutant.path):
            return _plain(self, origin)
        _read.append(origin.name)
        return _mutant.source()

    Loader.get_contents = _weakened  # type: ignore[method-assign]
elif _mutant.module in sys.modules:
    raise RuntimeError(f"{_mutant.module} was loaded before it could be weakened")
else:
    sys.meta_path.insert(0, _Finder(_mutant))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """The template was migrated by the code as it is: what the weakened file installs follows in the clone."""
    result = yield
    if fixturedef.argname == "django_db_setup" and _mutant.path.stem == _INSTALLED:
        _install_weakened(request.getfixturevalue("django_db_blocker"))
    return result


def _install_weakened(blocker) -> None:
    from django.conf import settings
    from django.db import connections

    from branch_portal.row_security import install

    with blocker.unblock():
        install(connections["owner"], settings.DATABASES["default"]["USER"])
        connections["owner"].close()


def pytest_sessionfinish(session, exitstatus) -> None:
    if not _read:
        session.exitstatus = NEVER_READ
