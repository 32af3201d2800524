#!/usr/bin/env bash
# usage: standing.sh TYPE LICENSE-NUMBER REASON: suspension, resumption, revocation or cancellation; prints the new standing.
# 冻结 suspension judicial-order · 解冻 resumption judicial-order-lifted · 吊销 revocation business-ceased · 注销 cancellation cancelled-after-revocation
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter=$(apply "$(about "$1" "$2"),\"reason\":\"$3\"")
decide approver "$matter" approval > /dev/null
license "$2" standing
