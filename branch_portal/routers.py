class OwnerIsForMigrations:
    """Both aliases are one database. Queries go through the web role; schema changes through either (the owner's in practice)."""

    def db_for_read(self, model, **hints):
        return "default"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, first, second, **hints):
        return True
