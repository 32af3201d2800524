#!/usr/bin/env bash
# usage: filing.sh annual-report YEAR | filing.sh loss-report SERIAL | filing.sh signed FILE: an enterprise files at the portal with its certificate: 年报 or 挂失 in the page's
# own form, or a file that `elicense token sign --filing` signed. Prints what the portal's list says of it; what is refused ends with its code.
# PORTAL is the address that `elicense serve --role portal` prints, CERTIFICATE the enterprise's certificate (PEM) with its key, or without when KEY is the PKCS#11 URI of the key on the
# token (docs/tokens.md); CA, if need be, what the portal's own certificate is trusted by.
set -euo pipefail
: "${PORTAL:?the address of the portal, e.g. https://127.0.0.1:5083}" "${CERTIFICATE:?the certificate of the enterprise}"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# portal PATH [CURL OPTIONS]: a page, as a browser gets it: in English, with the cookie that belongs to its form.
portal() {
  local path=$1
  shift
  curl -sS --cert "$CERTIFICATE" ${KEY:+--engine pkcs11 --key-type ENG --key "$KEY"} ${CA:+--cacert "$CA"} \
    -b "$work/cookies" -c "$work/cookies" -H 'Accept: text/html' -H 'Accept-Language: en' "$@" "$PORTAL$path"
}

# first PATTERN: what the first match of the pattern's group is on stdin.
first() {
  sed -n "s/.*$1.*/\1/p" | sed -n 1p
}

# post PATH OPTION FIELD…: sends the page's form, each field by that option of curl, with the hidden one that the page has.
post() {
  local path=$1 option=$2 fields=() status
  shift 2
  for field in "$@" "form=$(portal "$path" | first 'name="form" value="\([^"]*\)"')"; do
    fields+=("$option" "$field")
  done
  status=$(portal "$path" -o "$work/answer" -w '%{http_code}' "${fields[@]}")
  [ "$status" = 303 ] || { echo "$status $(first '<code>\([a-z-]*\)<\/code>' < "$work/answer")" >&2; exit 1; }
}

case ${1-} in
  annual-report) post /filings/annual-report --data-urlencode "year=$2" 'contact=福州市台江区江滨中大道386号 0591-87654321' employees=12 ;;
  loss-report) post /filings/loss-report --data-urlencode "serial=$2" ;;
  signed) post /filings -F "file=@$2" ;;
  *) sed -n '2s/^# //p' "$0" >&2; exit 2 ;;
esac
portal /filings | first '<p class="standing">\([^<]*\)<'
