"""Backup, restore and drill of the whole portal: database, media and what is needed to trust them (docs/backup.md).

`cipher` seals streams, `keys` is the key that lies apart, `programs` finds PostgreSQL's tools, `tables` counts and hashes,
`folder` is where backups lie and how long, `media` keeps each file once, `making`, `checking`, `restoring` and `drill` are the
four things one does, `runs` writes down how they ended, which health shows.
"""


class BackupError(Exception):
    """Why a backup, a check, a restore or a drill did not succeed; the message is Chinese, for whoever runs the portal."""
