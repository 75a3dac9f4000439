#!/usr/bin/env bash
# Open the page: everything from a fresh checkout to the browser.
#
#   bash scripts/page.sh [OPTION…]
#
# In: the folder of this checkout, or that of `--folder FOLDER`. The options are those of
# `shiryo serve`. The page ends when its window is closed, or with Ctrl+C.
# Status: that of `serve`; 4 also from the set-up.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export LC_ALL=C.UTF-8 # file names are Japanese, in any locale of the machine
bash "$here/scripts/setup.sh" handouts

# The working directory stays the caller's: a relative `--folder` is relative to it.
folder=("--folder" "$here")
for option in "$@"; do
  case "$option" in --folder | --folder=*) folder=() ;; esac
done
exec "$here/.venv/bin/shiryo" serve "${folder[@]}" "$@"
