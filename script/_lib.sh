# Common parts of the scripts; sourced, not run. Leaves the shell in the project's folder.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PYTHONUNBUFFERED=1
RUNTIME_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-morisawa-bizud-gothic)
TEST_PACKAGES=(poppler-utils chromium libatomic1)
NEEDED="from sys import version_info as v; raise SystemExit(v < (3, 11))"

say() { printf '%s\n' "$*" >&2; }

# Debian packages that are not installed, one a line.
missing_packages() {
  local name
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || echo "$name"
  done
}

# Whether this user may install packages, and how: sets `become`.
may_install() {
  become=()
  ((EUID == 0)) || { become=(sudo) && sudo -n true 2>/dev/null; }
}

# Install Debian packages if this user may, else say how and stop.
need_packages() {
  local missing become
  if ! command -v dpkg-query >/dev/null; then
    say "This is no Debian: make sure that what these packages hold is there: $*"
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ! may_install; then
    say "Debian packages are missing. Install them, then start this again:"
    say "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing[*]}"
    exit 1
  fi
  say "Installing Debian packages: ${missing[*]}"
  apt_get update
  apt_get install --yes --no-install-recommends "${missing[@]}"
}

apt_get() {
  "${become[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >&2
}

# The name of a Python that is new enough.
find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if "$name" -c "$NEEDED" 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  say "Python 3.11 or later is needed: install the Debian package python3 (or set PATH to one)."
  return 1
}

# Make .venv hold exactly what a requirements file pins. Does nothing if it does already.
need_venv() {
  mkdir -p -m 700 var
  exec {lock}>var/install.lock
  flock "$lock"
  make_venv "$1"
  exec {lock}>&-
}

make_venv() {
  local python wanted
  if ! .venv/bin/python -c "$NEEDED" 2>/dev/null || [[ $(<.venv/place) != "$PWD" ]]; then
    python=$(find_python)
    "$python" -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
    say "Making the virtual environment .venv"
    rm -rf .venv
    "$python" -m venv .venv
    echo "$PWD" >.venv/place
  fi
  wanted=$(sha256sum <"$1")
  if [[ ! -e .venv/has-$1 || $(<".venv/has-$1") != "$wanted" ]]; then
    say "Installing what $1 pins"
    .venv/bin/python -m pip install --quiet --requirement "$1"
    echo "$wanted" >".venv/has-$1"
  fi
}
