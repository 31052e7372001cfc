"""The whole flow on 19,845 scraped documents, beside the chain that a user would pick instead, in the same run.

    python -m bench.throughput [--peer PYTHON] [--model LID_MODEL] [--workers N]

Prints one JSON object: CPU seconds of the whole process tree (user and system), wall seconds, peak memory of the tree (proportional set size, sampled twice a
second), documents a CPU second, and the ratio of the two. The peer needs an environment of its own (see `../shared/bench/datatrove_chain.py`, and spacy
with it); without `--peer` only copydesk is measured. These machines are noisy and shared: quote the ratio, never a time alone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import zstandard

from bench.data import folder
from copydesk.store.corpus import Corpus

__all__ = ["main", "measured"]


def measured(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> dict[str, float]:
    """Run a command and return its tree's CPU and wall seconds and its peak memory in MB; raise `CalledProcessError` where it fails.

    CPU is what each process of the tree was last seen to have used, sampled twice a second: the system's own sum leaves out descendants that nobody waits for,
    such as the workers of a fork server. What a process used in its last half second is missed, on either side.
    """
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], env=environment, stdout=sys.stderr)
    used: dict[tuple[int, float], float] = {}
    peak = 0
    while process.poll() is None:
        peak = max(peak, _look(process.pid, used))
        time.sleep(0.5)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return {"cpu_s": round(sum(used.values()), 1), "wall_s": round(time.monotonic() - start, 1), "peak_mb": round(peak / 1e6)}


def _look(pid: int, used: dict[tuple[int, float], float]) -> int:
    """Note the CPU seconds of each process of a tree, and return its memory in bytes; pages that processes share count once (proportional set size)."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            try:
                times = process.cpu_times()
                used[process.pid, process.create_time()] = times.user + times.system
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
    except psutil.Error:
        return 0
    return total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path, help="the Python of an environment that holds datatrove")
    parser.add_argument("--model", type=Path, help="lid.176.ftz, for the peer")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    source = folder("throughput", "dirty.jsonl.zst")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        raw = _split(source, work / "raw")
        documents = sum(1 for part in raw.iterdir() for _ in part.open("rb"))
        environment = {**os.environ, "COPYDESK_WORKERS": str(options.workers)}
        ours = measured([Path(sys.executable).with_name("copydesk"), "run", "--raw", raw, "--out", work / "out"], environment)
        corpus = Corpus(work / "out")
        result = {"documents": documents, "copydesk": {**ours, "docs_per_cpu_s": round(documents / ours["cpu_s"], 1), **corpus.counts()}}
        result["in_equals_out"] = sum(corpus.counts().values()) == documents
        result["unchanged_again"] = measured([Path(sys.executable).with_name("copydesk"), "run", "--raw", raw, "--out", work / "out"], environment)
        print(json.dumps(result), file=sys.stderr)  # the peer may fail
        if options.peer:
            chain = folder().parent / "bench" / "datatrove_chain.py"
            peer = measured([options.peer, chain, raw, work / "peer", options.model or ""])
            result["datatrove"] = {**peer, "docs_per_cpu_s": round(documents / peer["cpu_s"], 1)}
            result["times_the_documents_per_cpu_second"] = round(peer["cpu_s"] / ours["cpu_s"], 2)
        shutil.rmtree(work / "out")
    print(json.dumps(result, indent=1))


def _split(source: Path, target: Path) -> Path:
    """Deal the documents out to four files, so that both workers of either side have work."""
    target.mkdir()
    parts = [(target / f"part-{at}.jsonl").open("wb") for at in range(4)]
    with zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(source.open("rb")) as stream:
        rest = b""
        number = 0
        while block := stream.read(1 << 20):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                parts[number % 4].write(line + b"\n")
                number += 1
        if rest:
            parts[number % 4].write(rest + b"\n")
    for part in parts:
        part.close()
    return target


if __name__ == "__main__":
    main()
