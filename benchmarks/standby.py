"""A second PostgreSQL server that follows a cluster, as docs/scale.md describes it, on a loopback port of its own."""

import os
import subprocess
from pathlib import Path

from branch_portal.local.ports import LOOPBACK, quiet_port
from branch_portal.local.postgres import SUPERUSER, Cluster


class Standby(Cluster):
    """Made from a running `primary` by `pg_basebackup`; it follows as soon as it is started."""

    @classmethod
    def of(cls, primary: Cluster, folder: Path) -> "Standby":
        made = cls(
            folder / "pg",
            quiet_port(taken=[primary.port]),
            folder / "postgres.log",
            primary.superuser_password,
            durable=primary.durable,
        )
        folder.mkdir(parents=True, exist_ok=True)
        if made.who.user is not None:
            folder.chmod(0o755)
            made.data.mkdir()
            os.chown(made.data, made.who.user, made.who.user)
        subprocess.run(
            [
                *made.who.prefix, str(made.programs / "pg_basebackup"), f"--pgdata={made.data}", "--write-recovery-conf",
                "--checkpoint=fast", "--no-sync", f"--host={LOOPBACK}", f"--port={primary.port}", f"--username={SUPERUSER}",
            ],
            check=True, cwd="/", user=made.who.user, group=made.who.user, capture_output=True,
            env={**os.environ, "PGPASSWORD": primary.superuser_password},
            extra_groups=None if made.who.user is None else [],
        )  # fmt: skip
        return made

    def behind(self) -> float:
        """Seconds since the last transaction that was followed was committed."""
        ((seconds,),) = self.execute(
            "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8"
        )
        return float("inf") if seconds is None else seconds

    def pause(self, paused: bool) -> None:
        """Whether it stops to follow what it goes on receiving."""
        self.execute(f"SELECT pg_wal_replay_{'pause' if paused else 'resume'}()")
