#!/usr/bin/env bash
# usage: ocsp.sh ISSUER CERTIFICATE: what the OCSP responder says of a certificate (PEM) of the CA with this kid, asked by openssl. The CA's certificate is where the certificate
# says that it is; trust begins with the root. PUBLIC is the address of the public zone. Prints good, revoked and its reason, or why there is no answer.
set -euo pipefail
: "${DATA:?the data folder}" "${PUBLIC:?the address of the public zone, e.g. http://127.0.0.1:5080}"

ca=$(mktemp)
trap 'rm -f "$ca"' EXIT
curl -sS --fail "$PUBLIC/publication/ca/$1.cer" | openssl x509 -inform DER -out "$ca"
answer=$(openssl ocsp -url "$PUBLIC/ocsp" -issuer "$ca" -cert "$2" -CAfile "$DATA/dev/root.pem" -verify_other "$ca" 2>&1 || true)
case $answer in
  *"Response verify OK"*) sed -n 's/.*: \(good\|revoked\|unknown\)$/\1/p; s/^[[:space:]]*Reason: //p' <<< "$answer" | paste -sd ' ' ;;
  *) printf '%s\n' "${answer##*: }" ;;
esac
