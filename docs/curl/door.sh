# Sourced by the scripts beside it: calls of the officers' door with curl.
# DATA is the data folder, AUTHORITY the address that `elicense serve --role authority` prints.
: "${DATA:?the data folder}" "${AUTHORITY:?the address of the officers door, e.g. https://127.0.0.1:5081}"

# as PERSON PATH: reads. as PERSON PATH JSON: writes; the key makes it safe to send again.
as() {
  if [ $# -eq 2 ]; then
    curl -sS --fail-with-body --cacert "$DATA/dev/root.pem" --cert "$DATA/dev/$1.pem" "$AUTHORITY$2"
  else
    curl -sS --fail-with-body --cacert "$DATA/dev/root.pem" --cert "$DATA/dev/$1.pem" "$AUTHORITY$2" \
      -H 'Content-Type: application/json' -H "Idempotency-Key: $(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')" -d "$3"
  fi
}

# member NAME: the first member of that name of the JSON on stdin, text or number.
member() {
  sed "s/\"$1\":\"\{0,1\}/\n/" | sed -n '2s/[",}].*//p'
}

# approve PERSON MATTER: approves the matter (JSON) as it was answered.
approve() {
  as "$1" "/api/v1/applications/$(printf %s "$2" | member id)/approval" "{\"contentHash\":\"$(printf %s "$2" | member contentHash)\"}"
}
