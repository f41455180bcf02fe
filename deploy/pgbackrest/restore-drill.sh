#!/bin/sh
# The weekly drill of the server case, run by root: the newest backup into a scratch cluster, what the portal asks of a
# restored database, and every page against its checksum. How it went is told to the health page (运行状态).
set -eu
scratch=${DRILL_FOLDER:-/var/lib/postgresql/drill}
port=${DRILL_PORT:-5499}
bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
socket=${PGHOST:-/var/run/postgresql}
as_postgres=${AS_POSTGRES-runuser -u postgres --}
manage=${PORTAL_MANAGE:-/usr/local/sbin/portal-manage}
# The same role and password as the site's owner, on the scratch cluster's port.
owner=${DATABASE_OWNER_URL:-$(cat /etc/portal/credentials/database-owner-url)}
url=$(printf '%s' "$owner" | sed -E "s#@[^/]*/#@127.0.0.1:$port/#")

drill() {
    $as_postgres rm -rf "$scratch"
    $as_postgres mkdir -m 0700 "$scratch"
    $as_postgres pgbackrest --stanza=portal --pg1-path="$scratch" --archive-mode=off --type=immediate \
        --target-action=promote restore
    $as_postgres "$bin/pg_ctl" -s -D "$scratch" -w -t 1800 -l "$scratch/drill.log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c archive_mode=off -c unix_socket_directories=$socket" start
    found=$(DATABASE_URL="$url" DATABASE_OWNER_URL="$url" $manage restored_check)
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
printf '%s' "$words" | $manage note_pgbackrest --drill "$code"
exit "$code"
