#!/usr/bin/env bash
# usage: loss-report.sh LICENSE-NUMBER ISSUER SERIAL: 挂失 loss report of a certificate, by the key of its CA and its serial number. On hold when the clerk has reported it, and for as
# long as 72 hours; revoked when the approver has confirmed it. Prints both states of the matter, of the certificate, and of the license, which stays as it is.
set -euo pipefail
. "$(dirname "$0")/door.sh"

states() {
  printf '%s %s %s\n' "$(printf %s "$2" | member state)" "$(certificate "$1" "$3" standing)" "$(license "$1" standing)"
}

matter=$(apply "$(about loss-report "$1"),\"certificate\":{\"issuer\":\"$2\",\"serial\":\"$3\"}")
states "$1" "$matter" "$3"
states "$1" "$(decide approver "$matter" approval)" "$3"
