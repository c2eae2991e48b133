#!/bin/sh
# First start of the database: the two roles of the portal, with the passwords of the environment.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -f /roles.sql
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
    -v proprietaire="$MOT_DE_PASSE_PROPRIETAIRE" -v application="$MOT_DE_PASSE_APPLICATION" <<'SQL'
ALTER ROLE portail_proprietaire PASSWORD :'proprietaire';
ALTER ROLE portail_application PASSWORD :'application';
SQL
