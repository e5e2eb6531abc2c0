#!/usr/bin/env bash
# Gives the test database the newest good backup of production: the same code as `invoke reset`.
#
#   tests/database/reset_test_db.sh [--download-recent]
#
# --download-recent   take a fresh backup of production first (production is only read)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The active environment, the checkout's own, or whatever python3 is.
if [ -n "${VIRTUAL_ENV:-}" ]; then
    python="$VIRTUAL_ENV/bin/python"
elif [ -x .venv/bin/python ]; then
    python=.venv/bin/python
else
    python=python3
fi
exec "$python" -c 'from db_workflow.scripts import run_reset; run_reset()' "$@"
