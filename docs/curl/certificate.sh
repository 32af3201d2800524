#!/usr/bin/env bash
# usage: certificate.sh LICENSE-NUMBER FOLDER [MATTER]: the certificate that a matter (by default the issuance) gives the right to, for a new key in FOLDER; what a counter
# does with a token is done with files here. Writes key.pem, request.der, certificate.pem and license.elic; prints issuer, serial number and when it was handed over.
set -euo pipefail
. "$(dirname "$0")/door.sh"

matter="/api/v1/applications/${3:-$(license "$1" matter)}/certificate"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj / -keyout "$2/key.pem" -outform DER -out "$2/request.der" 2> /dev/null
answer=$(as clerk "$matter" "{\"csr\":\"$(base64 -w0 < "$2/request.der")\"}")
printf '%b\n' "$(printf %s "$answer" | member certificate)" > "$2/certificate.pem"
printf '%b' "$(printf %s "$answer" | member licenseFile)" | base64 -d > "$2/license.elic"

# The token answers the challenge: it holds the key, and has the certificate.
signature=$(printf %s "$answer" | member challenge | tr -d '\n' | openssl dgst -sha256 -sign "$2/key.pem" | base64 -w0)
confirmed=$(as clerk "$matter/confirmation" "{\"signature\":\"$signature\"}")
printf '%s %s %s\n' "$(printf %s "$confirmed" | member issuer)" "$(printf %s "$confirmed" | member serial)" "$(printf %s "$confirmed" | member handedOverAt | sed 's/T.*//')"
