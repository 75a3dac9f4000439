#!/usr/bin/env bash
# Make the handouts: everything from a fresh checkout to the documents in output/.
#
#   bash scripts/handouts.sh [OPTION…]
#
# In: the newest master of inputs/, and the samples of inputs/見本/ if that folder exists.
# The options are those of `shiryo build` (--paper A3, --output FOLDER …) and apply to every
# master; to build one particular master, run `.venv/bin/shiryo build MASTER`.
# Status: 0, or that of the last `build` that failed; 4 also from the set-up.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C.UTF-8 # file names are Japanese, in any locale of the machine
bash scripts/setup.sh handouts

build() { .venv/bin/python -m pipeline build "$@" || status=$?; }

status=0
# The samples first: output/latest.json names the newest run, which must be the real master's.
for sample in inputs/見本/*.xlsx; do
  [ ! -e "$sample" ] || build "$@" "$sample"
done
build "$@"
exit "$status"
