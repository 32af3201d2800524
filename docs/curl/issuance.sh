#!/usr/bin/env bash
# 设立 issuance: the clerk applies, the approver approves; prints the license number.
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter=$(as clerk /api/v1/applications '{
  "type": "issuance",
  "enterprise": {
    "kind": "company", "uscc": "91350100M000100Y43", "name": "福州市闽江源茶叶贸易有限公司", "legalRepresentative": "林晓岚",
    "registeredCapital": "530万人民币", "establishedOn": "2019-03-18", "address": "福建省福州市鼓楼区五四路158号", "businessScope": "茶叶销售"
  }
}')
approve approver "$matter" | member licenseNumber
