#!/usr/bin/env bash
# Makes a Python environment match its lock, hash by hash: environment.sh <folder> <lock>. The Makefile calls it.
set -euo pipefail

folder=$1
lock=$2
uv_version=0.13.9
is_right='import sys, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))'

for python in "${PYTHON:-}" python3.13 python3 python; do
    if [ -n "$python" ] && "$python" -c "$is_right" 2>/dev/null; then
        break
    fi
    python=""
done
if [ -z "$python" ]; then
    cat >&2 <<MESSAGE
This project needs Python 3.13 with its venv module; python3 here is: $(python3 --version 2>&1 || true)
Install it:
  Debian, Ubuntu   apt install python3.13 python3.13-venv
  macOS            brew install python@3.13
  anywhere         https://www.python.org/downloads/ or: pyenv install 3.13
then run make again, or name it: make PYTHON=/path/to/python3.13 <target>
MESSAGE
    exit 1
fi

echo "Setting up $folder from $lock; this is done once, and again when the lock changes..."
if [ -t 2 ]; then
    # Downloads may take a minute: dots for whoever watches.
    while sleep 1; do printf . >&2; done &
    trap 'kill $!; echo >&2' EXIT
fi
if ! "$folder/bin/python" -c "import pip; $is_right" 2>/dev/null; then
    "$python" -m venv --clear "$folder"
fi
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
"$folder/bin/uv" pip sync --quiet --python "$folder/bin/python" --require-hashes --compile-bytecode "$lock"
touch "$folder/.ready"
