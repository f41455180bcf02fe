"""The portal's own sources of figures for forms; importing this registers them, in the order in which they are offered."""

from supervision.queries.fill import general, organizations, members, life, study, lists  # noqa: F401, I001
