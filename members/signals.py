"""What happens to many rows at once and sends no signal of its own: higher apps keep summaries that depend on it."""

from django.dispatch import Signal

#: `member_ids`: these have come to a branch, new ones or from another; sent within the transaction, after the rows.
members_moved = Signal()
