#!/usr/bin/env bash
# 退回 return and 驳回 rejection: a draft is edited and submitted, returned, submitted again, rejected; prints the state after each.
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter=$(apply "\"draft\":true,\"type\":\"issuance\",$(enterprise 闽江源茶叶有限公司 福建省福州市鼓楼区五四路158号)")
printf %s "$matter" | member state
matter=$(decide clerk "$matter" edit "\"application\":{\"type\":\"issuance\",$(enterprise 福州市闽江源茶叶有限公司 福建省福州市鼓楼区五四路158号)}")
matter=$(decide clerk "$matter" submission)
printf %s "$matter" | member state
matter=$(decide approver "$matter" return '"ground":"住所证明不全"')
printf %s "$matter" | member state
matter=$(decide clerk "$matter" submission)
decide approver "$matter" rejection '"ground":"名称与已登记的相同"' | member state
