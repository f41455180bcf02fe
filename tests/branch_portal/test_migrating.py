from django.db import connection
from django.db.migrations.loader import MigrationLoader

from branch_portal.migrating import applied_to, database_is_newer, on_disk


def test_migrations_are_known_by_their_files_without_being_read(db):
    assert on_disk() == set(MigrationLoader(None).disk_migrations)
    assert on_disk() <= set(applied_to(connection))
    assert database_is_newer(connection) == []
