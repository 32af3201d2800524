#!/usr/bin/env bash
# usage: annual-report.sh LICENSE-NUMBER YEAR: 年报 annual report; prints the state of the matter.
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter=$(apply "$(about annual-report "$1"),\"annualReport\":{\"year\":$2,\"contact\":\"福州市台江区江滨中大道386号 0591-87654321\",\"employees\":12}")
decide approver "$matter" approval | member state
