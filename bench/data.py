"""Where the data sets lie. They are other people's text and no part of the project; without them a benchmark says so and is skipped."""

import os
import sys
from pathlib import Path

__all__ = ["SKIPPED", "folder"]

SKIPPED = 77  # the exit code by which test harnesses know a skip


def folder(*parts: str) -> Path:
    """Return a path among the data sets (`BENCH_DATA`, by default `../shared/data` beside the checkout); end the program as skipped where it is absent."""
    root = Path(os.environ.get("BENCH_DATA", Path(__file__).parents[2] / "shared" / "data"))
    path = root.joinpath(*parts)
    if not path.exists():
        print(f"skipped: {path} is not there; BENCH_DATA names the folder of the data sets", file=sys.stderr)
        sys.exit(SKIPPED)
    return path
