#!/usr/bin/env bash
# usage: loss-report.sh LICENSE-NUMBER ISSUER SERIAL: 挂失 loss report of a certificate, by the key of its CA and its serial number; in force when the clerk has
# reported it, then confirmed; prints both states of the matter.
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter=$(apply "$(about loss-report "$1"),\"certificate\":{\"issuer\":\"$2\",\"serial\":\"$3\"}")
printf %s "$matter" | member state
decide approver "$matter" approval | member state
