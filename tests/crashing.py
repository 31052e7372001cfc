"""What a child process of the crash tests does: one run, in this process, so that a kill hits the writer itself."""

from pathlib import Path

from corpora import settings

from flows.start import start

__all__ = ["run"]


def run(raw: str, out: str) -> None:
    """Run once."""
    start(settings(Path(raw), Path(out), ingest={"documents_per_shard": 4}))
