#!/bin/sh
# Run once by the container of PostgreSQL, when its data folder is new (deploy/compose.yaml).
set -eu
{
    printf "\\\\set owner_password '%s'\n" "$(cat /run/secrets/pg-owner)"
    printf "\\\\set web_password '%s'\n" "$(cat /run/secrets/pg-web)"
    cat /portal/roles.sql
} | psql -X -q -U postgres -d postgres -f -
