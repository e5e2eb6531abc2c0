"""Command line: `python -m benchmarks SUBJECT [--rounds N] [--json FILE]`."""

import argparse
import importlib
import json
import pkgutil
from pathlib import Path

import benchmarks
from benchmarks.measure import compare

_NOT_SUBJECTS = {"__main__", "measure", "runners"}


def main() -> None:
    """Measure one subject and print its rows."""
    subjects = sorted(
        module.name
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if module.name not in _NOT_SUBJECTS
    )
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=benchmarks.__doc__)
    parser.add_argument("subject", choices=subjects)
    parser.add_argument("--rounds", type=int, default=7, help="counted rounds (default 7)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")
    flags = parser.parse_args()
    contestants = list(importlib.import_module(f"benchmarks.{flags.subject}").contestants())
    result = {"subject": flags.subject, "rows": compare(contestants, rounds=flags.rounds)}
    for row in result["rows"]:
        if "missing" in row:
            print(f"{row['name']:<50} missing: {row['missing']}")
        else:
            times = f"{row['median_s']:8.3f} s (best {row['best_s']:.3f})"
            memory = f"  {row['peak_mb']:6,} MB" if "peak_mb" in row else ""
            print(f"{row['name']:<50} {times}  {row['ratio_to_ours']:6.2f} x ours{memory}")
    if flags.json:
        flags.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
