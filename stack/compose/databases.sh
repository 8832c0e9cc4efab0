#!/usr/bin/env bash
# Roles and databases, one owner each, and Debezium's replication role, which owns nothing; the
# same as in stack/databases.py. PostgreSQL's image runs this once, when its volume is empty: a
# password that is changed later has to be changed in the database too.
set -eu

role() {
  psql --no-psqlrc --quiet --username postgres --dbname postgres \
    --set ON_ERROR_STOP=1 --set name="$1" --set rights="$2" --set password="$3" <<'SQL'
CREATE ROLE :"name" :rights PASSWORD :'password';
SQL
}

database() {
  psql --no-psqlrc --quiet --username postgres --dbname postgres \
    --set ON_ERROR_STOP=1 --set name="$1" <<'SQL'
CREATE DATABASE :"name" OWNER :"name";
SQL
}

role monolith LOGIN "$MONOLITH_PASSWORD"
role strangler LOGIN "$STRANGLER_PASSWORD"
role registry LOGIN "$REGISTRY_PASSWORD"
role notifications LOGIN "$NOTIFICATIONS_PASSWORD"
role debezium "LOGIN REPLICATION" "$DEBEZIUM_PASSWORD"

for owner in monolith strangler registry notifications; do
  database "$owner"
done
