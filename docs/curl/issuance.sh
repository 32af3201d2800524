#!/usr/bin/env bash
# 设立 issuance: the clerk applies, the approver approves; prints the license number.
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter=$(apply "\"type\":\"issuance\",$(enterprise 福州市闽江源茶叶贸易有限公司 福建省福州市鼓楼区五四路158号)")
decide approver "$matter" approval | member licenseNumber
