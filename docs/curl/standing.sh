#!/usr/bin/env bash
# usage: standing.sh TYPE LICENSE-NUMBER REASON: suspension, resumption, revocation or cancellation; prints the new standing.
# 冻结 suspension judicial-order · 解冻 resumption judicial-order-lifted · 吊销 revocation business-ceased · 注销 cancellation cancelled-after-revocation
set -euo pipefail
. "$(dirname "$0")/door.sh"

version=$(as clerk "/api/v1/register/$2" | member version)
matter=$(as clerk /api/v1/applications "{\"type\":\"$1\",\"licenseNumber\":\"$2\",\"version\":$version,\"reason\":\"$3\"}")
approve approver "$matter" > /dev/null
as clerk "/api/v1/register/$2" | member standing
