#!/usr/bin/env bash
# usage: renewal.sh LICENSE-NUMBER: 换发 renewal of the license that was amended, with the same face; prints the newest version.
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter=$(apply "$(about renewal "$1"),$(enterprise 福州市闽江源茶叶贸易有限公司 福建省福州市台江区江滨中大道386号)")
decide approver "$matter" approval > /dev/null
license "$1" version
