#!/usr/bin/env bash
# usage: roles.sh PERSON ROLE: gives a person one role at the province, proposed by one administrator and confirmed by another; prints the state.
set -euo pipefail
. "$(dirname "$0")/door.sh"

change=$(as admin1 /api/v1/people/changes "{\"kind\":\"roles\",\"person\":\"$1\",\"roles\":[{\"role\":\"$2\",\"office\":1}]}")
as admin2 "/api/v1/people/changes/$(printf %s "$change" | member id)/confirmation" "{\"contentHash\":\"$(printf %s "$change" | member contentHash)\"}" | member state
