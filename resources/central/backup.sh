#!/bin/sh
# backup.sh FOLDER: one more back-up of the central server, named by its time; then the oldest ones over
# CITYMANAGER_BACKUPS_KEPT (30) go. A back-up that fails removes nothing, and nothing else in the folder is touched.
set -eu
folder=$1
kept=${CITYMANAGER_BACKUPS_KEPT:-30}
[ "$kept" -ge 1 ] || { echo "CITYMANAGER_BACKUPS_KEPT=$kept: нужно число копий, не меньше 1." >&2; exit 2; }
.venv/bin/python -m sync.central backup "$folder/city-$(date -u +%Y-%m-%dT%H-%M-%SZ).dump"
find "$folder" -maxdepth 1 -type f -name 'city-????-??-??T??-??-??Z.dump' | sort -r \
    | tail -n "+$((kept + 1))" | while read -r old; do rm -- "$old"; done
