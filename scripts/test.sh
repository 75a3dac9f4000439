#!/usr/bin/env bash
# Run every check of the project from a fresh checkout: the set-up, then nox.
#
#   bash scripts/test.sh                 all checks
#   bash scripts/test.sh -s lint types   some checks (the arguments are nox's)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C.UTF-8 # file names are Japanese, in any locale of the machine
bash scripts/setup.sh tests
exec .venv/bin/python -m nox "$@"
