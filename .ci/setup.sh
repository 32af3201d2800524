# Sourced by ./run and ./test: brings a fresh Debian 12 machine with the .NET 10 SDK to where ELicense builds and runs.
# Says what it does on stderr, and nothing when there is nothing to do.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
state="$root/.build"
mkdir -p "$state"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# No settings file is watched for changes: each watch would take one of the few that the machine allows a user.
export DOTNET_hostBuilder__reloadConfigOnChange=false

say() { printf '%s\n' "$*" >&2; }

# need_packages NAME…: installs the Debian packages that are missing, or says which to install.
need_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then as=(sudo -n); else
      say "Missing Debian packages. Install them and try again:"
      say "  sudo apt-get install -y --no-install-recommends ${missing[*]}"
      exit 1
    fi
  fi
  say "Installing Debian packages: ${missing[*]}"
  "${as[@]}" apt-get update -q >"$state/apt.log" 2>&1 &&
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >>"$state/apt.log" 2>&1 ||
    { tail -20 "$state/apt.log" >&2; say "apt-get failed; all of it is in $state/apt.log"; exit 1; }
}

# build PROJECT: builds in Release when a source is newer than the last build of PROJECT.
build() {
  local project=$1 stamp log
  stamp="$state/built-$(basename "$project")"
  log="$state/build.log"
  command -v dotnet >/dev/null || { say "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0"; exit 1; }
  exec 8>"$state/lock"
  flock 8
  if [ ! -e "$stamp" ] || [ -n "$(cd "$root" && find src hsm tests benchmarks certs-dev docs ./*.props ./*.sln .editorconfig global.json \
      \( -name bin -o -name obj -o -name node_modules \) -prune -o -type f -newer "$stamp" -print -quit)" ]; then
    say "Building $(basename "$project")…"
    # One compiler for all projects is several times quicker than one a project; it is this build's own, so that its end concerns nobody else.
    local started compiler="elicense-$$" built=0
    started=$(mktemp "$state/started.XXXXXX")
    (cd "$root" && dotnet build "$project" -c Release --nologo -v quiet -p:RestoreLockedMode=true -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler") \
      >"$log" 2>&1 || built=$?
    "$(dotnet --info | sed -n 's/^ *Base Path: *//p')/Roslyn/bincore/VBCSCompiler" -shutdown -pipename:"$compiler" >>"$log" 2>&1 || true
    if [ "$built" -ne 0 ]; then
      rm -f "$started"
      grep -E 'error|warn' "$log" | sort -u | head -40 >&2
      say "The build failed; all of it is in $log"
      exit 1
    fi
    mv "$started" "$stamp"
  fi
  flock -u 8
}

# What elicense itself needs: the development tokens, Ed25519, time zones and languages.
run_packages=(softhsm2 libsodium23 libicu72 tzdata)
# What building the pages' scripts needs; an npm from elsewhere is as good as Debian's.
command -v node >/dev/null && command -v npm >/dev/null || run_packages+=(nodejs npm)
