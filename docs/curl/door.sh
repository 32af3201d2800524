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
  sed -n '2s/[",}].*//p' <<< "$(sed "s/\"$1\":\"\{0,1\}/\n/")"
}

# enterprise NAME ADDRESS: an enterprise that does not exist, as a member of an application.
enterprise() {
  cat <<EOF
"enterprise": {
  "kind": "company", "uscc": "91350100M000100Y43", "name": "$1", "legalRepresentative": "林晓岚", "registeredCapital": "530万人民币",
  "establishedOn": "2019-03-18", "address": "$2", "businessScope": "茶叶销售"
}
EOF
}

# about TYPE NUMBER: the members that every application about a license begins with; its newest version is the one that was seen.
about() {
  printf '"type":"%s","licenseNumber":"%s","version":%s' "$1" "$2" "$(license "$2" version)"
}

# license NUMBER MEMBER: a member of what the register has of a license.
license() {
  as clerk "/api/v1/register/$1" | member "$2"
}

# certificate NUMBER SERIAL MEMBER: a member of what the register has of a certificate of a license.
certificate() {
  as clerk "/api/v1/register/$1" | sed "s/.*\"serial\":\"$2\"//" | member "$3"
}

# apply MEMBERS: applies as the clerk; prints the matter.
apply() {
  as clerk /api/v1/applications "{$1}"
}

# decide PERSON MATTER CALL [MEMBERS]: sends to a call of the matter (JSON) what was seen of it; prints the matter as it is then.
decide() {
  as "$1" "/api/v1/applications/$(printf %s "$2" | member id)/$3" "{\"contentHash\":\"$(printf %s "$2" | member contentHash)\"${4:+,$4}}"
}
