from branch_portal.replica import alias


class OneDatabase:
    """All aliases are one database: reads go where `branch_portal.replica` says, and writes through the web role; schema changes
    through either (the owner's in practice)."""

    def db_for_read(self, model, **hints):
        return alias()

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, first, second, **hints):
        return True
