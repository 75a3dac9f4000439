#!/usr/bin/env bash
# Make the handouts: everything from a fresh checkout to the documents in output/.
#
#   bash scripts/handouts.sh              the newest master of inputs/, and the filled-in sample
#   bash scripts/handouts.sh [ARGUMENT…]  the same as `shiryo build ARGUMENT…`
#
# Status: that of `build` (DESIGN: 0, 1, 2, 3, 4, 5, 70), 4 also from the set-up.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C.UTF-8 # file names are Japanese, whatever the machine's locale
bash scripts/setup.sh handouts

build() { .venv/bin/python -m pipeline build "$@"; }

if [ "$#" -gt 0 ]; then
  build "$@"
  exit
fi

# The sample first: the newest run, which output/latest.json names, is then the real master's.
for sample in inputs/見本/*.xlsx; do
  [ ! -e "$sample" ] || build "$sample"
done
build
