#!/bin/sh
# The weekly drill of the server case, run by root: the newest backup into a scratch cluster, what the portal asks of a
# restored database, and every page against its checksum. How it went is told to the health page (运行状态).
set -eu
portal=${PORTAL_HOME:-/srv/portal}
scratch=${DRILL_FOLDER:-/var/lib/postgresql/drill}
port=${DRILL_PORT:-5499}
bin=${PG_BIN:-/usr/lib/postgresql/15/bin}
socket=${PGHOST:-/var/run/postgresql}
as_postgres=${AS_POSTGRES-runuser -u postgres --}
as_portal=${AS_PORTAL-runuser -u portal --}
# The same role and password as the site's owner, on the scratch cluster's port.
url=$(printf '%s' "$DATABASE_OWNER_URL" | sed -E "s#@[^/]*/#@127.0.0.1:$port/#")

drill() {
    $as_postgres rm -rf "$scratch"
    $as_postgres mkdir -m 0700 "$scratch"
    $as_postgres pgbackrest --stanza=portal --pg1-path="$scratch" --archive-mode=off --type=immediate \
        --target-action=promote restore
    $as_postgres "$bin/pg_ctl" -s -D "$scratch" -w -t 1800 -l "$scratch/drill.log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c archive_mode=off -c unix_socket_directories=$socket" start
    cd "$portal"
    found=$($as_portal env DATABASE_URL="$url" DATABASE_OWNER_URL="$url" "$portal/.venv/bin/python" manage.py restored_check)
    $as_postgres "$bin/pg_ctl" -s -D "$scratch" -m fast -w stop
    $as_postgres "$bin/pg_checksums" --check -D "$scratch" > /dev/null
    printf '%s\n' "$found"
    case $found in
        *'"opened": 0,'*'"broken": 0,'*) [ "${found#*\"sealed\": 0,}" != "$found" ] ;;
        *'"broken": 0,'*) ;;
        *) return 1 ;;
    esac
}

words=$( (set -e; drill) 2>&1) && code=0 || code=$?
$as_postgres "$bin/pg_ctl" -s -D "$scratch" -m immediate -w stop > /dev/null 2>&1 || true
$as_postgres rm -rf "$scratch"
printf '%s\n' "$words"
cd "$portal"
printf '%s' "$words" | $as_portal "$portal/.venv/bin/python" manage.py note_pgbackrest --drill "$code"
exit "$code"
