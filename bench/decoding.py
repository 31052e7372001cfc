"""How fast bytes become text, beside the detector alone, in the same process.

    python -m bench.decoding [--every N]

Prints one JSON object: MB a CPU second of `copydesk.encoding.decode` and of chardet (`detect` on the bytes, then decoding what it names) on every Nth text of
the throughput set, as UTF-8, which is what ingest sees, and again in the first legacy code page that holds it. These machines are noisy and shared: quote the
ratio, never a speed alone.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence

import chardet
import orjson
import zstandard

from bench.data import folder
from copydesk.encoding.decode import decode

__all__ = ["main"]

_LEGACY = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1256", "cp949", "cp932", "gb18030")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=20, help="chardet takes half a minute for one in twenty")
    texts = list(_texts(parser.parse_args().every))
    sets = {"utf-8": [text.encode("utf-8", "replace") for text in texts], "legacy": [_in_legacy(text) for text in texts if not text.isascii()]}
    print(json.dumps({name: _beside(data) for name, data in sets.items()}, indent=1))


def _texts(every: int) -> Iterator[str]:
    with zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(folder("throughput", "dirty.jsonl.zst").open("rb")) as stream:
        lines = stream.read().splitlines()
    yield from (orjson.loads(line)["text"] for line in lines[::every])


def _in_legacy(text: str) -> bytes:
    for codec in _LEGACY:
        try:
            return text.encode(codec)
        except UnicodeEncodeError:
            continue
    return text.encode("gb18030", "replace")


def _beside(data: Sequence[bytes]) -> dict[str, float]:
    _alone(data[0])  # loads its models
    ours, theirs = _speed(decode, data), _speed(_alone, data)
    return {"texts": len(data), "copydesk_mb_per_s": round(ours, 2), "chardet_mb_per_s": round(theirs, 2), "times": round(ours / theirs, 2)}


def _alone(data: bytes) -> str:
    return data.decode(chardet.detect(data, compat_names=False)["encoding"] or "cp1252", "replace")


def _speed(call: Callable[[bytes], object], data: Sequence[bytes]) -> float:
    start = time.process_time()
    for each in data:
        call(each)
    return sum(map(len, data)) / 1e6 / (time.process_time() - start)


if __name__ == "__main__":
    main()
