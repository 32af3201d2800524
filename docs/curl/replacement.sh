#!/usr/bin/env bash
# usage: replacement.sh LICENSE-NUMBER ISSUER SERIAL FOLDER: 补领 replacement of a certificate by another one, for a new key in FOLDER. Prints what became of the former certificate and
# of the license, and then as certificate.sh does.
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter=$(apply "$(about replacement "$1"),\"certificate\":{\"issuer\":\"$2\",\"serial\":\"$3\"}")
decide approver "$matter" approval > /dev/null
printf '%s %s\n' "$(certificate "$1" "$3" standing)" "$(license "$1" standing)"
"$(dirname "$0")/certificate.sh" "$1" "$4" "$(printf %s "$matter" | member id)"
