"""One row of figures per document and stage: what the checks look at, so that no article text ever reaches a check's result.

`METRICS` is the contract between the stages (which fill it) and the suites in `checks/` (which read it): column names and types by stage.
A frame has a row for each document that entered the stage alive; documents rejected earlier are not measured again.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from copydesk import ledger
from copydesk.document import Document, Verdict
from copydesk.encoding.repair import badness
from copydesk.errors import LedgerError
from copydesk.words import word_count

__all__ = ["METRICS", "STAGES", "measure", "pairs_metrics", "reverts", "text_digest"]

STAGES = ("ingest", "encoding", "boilerplate", "language", "translation", "duplicates", "publish")

_Columns = list[tuple[str, pa.DataType]]
_COMMON: _Columns = [("id", pa.string()), ("site", pa.string())]
_LEDGER: _Columns = [("edits", pa.int64()), ("reverts", pa.bool_()), ("failed", pa.string())]

METRICS: dict[str, pa.Schema] = {
    # `reason` is "" for a record that could be read; `confidence` is the decoder's, 0 to 1; `replaced` counts bytes that no encoding explains.
    "ingest": pa.schema(
        [
            *_COMMON,
            ("source", pa.string()),
            ("bytes", pa.int64()),
            ("chars", pa.int64()),
            ("encoding", pa.string()),
            ("confidence", pa.float64()),
            ("replaced", pa.int64()),
            ("reason", pa.string()),
        ]
    ),
    # `mojibake` is ftfy's badness of what is left, `nuls` counts NUL characters left; `reverts` says that taking all edits back gives the decoded text.
    "encoding": pa.schema(
        [*_COMMON, ("chars_in", pa.int64()), ("chars_out", pa.int64()), *_LEDGER, ("mojibake", pa.int64()), ("replaced", pa.int64()), ("nuls", pa.int64())]
    ),
    # `removed_share` is the share of words that went, 0 to 1 (of an HTML page: of the words of its main text).
    "boilerplate": pa.schema([*_COMMON, ("words_in", pa.int64()), ("words_out", pa.int64()), *_LEDGER, ("removed_share", pa.float64())]),
    # `passages` counts the passages in another language than the document's.
    "language": pa.schema(
        [*_COMMON, ("language", pa.string()), ("probability", pa.float64()), ("letters", pa.int64()), ("passages", pa.int64()), ("failed", pa.string())]
    ),
    "translation": pa.schema(
        [
            *_COMMON,
            ("language", pa.string()),
            ("words", pa.int64()),
            ("flags", pa.int64()),
            ("score", pa.float64()),
            ("spans_valid", pa.bool_()),
            ("text_unchanged", pa.bool_()),
            ("failed", pa.string()),
        ]
    ),
    # One row per document that was judged or judged again; `kept_status` is the status of the document that `kept_id` names; `shared_inside` says that the
    # passage that both have lies inside both texts (or that none is named).
    "duplicates": pa.schema(
        [
            *_COMMON,
            ("status", pa.string()),
            ("kept_id", pa.string()),
            ("kept_status", pa.string()),
            ("relation", pa.string()),
            ("score", pa.float64()),
            ("jaccard", pa.float64()),
            ("containment", pa.float64()),
            ("shingles", pa.int64()),
            ("shared_inside", pa.bool_()),
        ]
    ),
    # One row per row to be published, whatever its status; `reverts` as above, on the row as it will stand in the table. `story_is_led` says that the document
    # whose id names the row's story is a kept one of this story (or that there is none), `story_of_kept` that a duplicate is of its kept document's story.
    "publish": pa.schema(
        [
            *_COMMON,
            ("status", pa.string()),
            ("reason", pa.string()),
            ("chars", pa.int64()),
            ("language", pa.string()),
            ("reverts", pa.bool_()),
            ("kept_id", pa.string()),
            ("kept_status", pa.string()),
            ("story_is_led", pa.bool_()),
            ("story_of_kept", pa.bool_()),
        ]
    ),
}


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, hexadecimal: how a row proves that its edits lead back to what came in."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def reverts(document: Document) -> bool:
    """Say whether taking all edits back gives the text whose digest was recorded when the document was decoded (law 1)."""
    try:
        return text_digest(ledger.revert(document.text, document.edits)) == document.text_digest
    except LedgerError:
        return False


def measure(stage: str, before: Document, after: Document) -> dict[str, object]:
    """Return the metrics row of one document for a per-document stage or ingest (where `before` is `after`)."""
    row: dict[str, object] = {"id": after.id, "site": after.site}
    failed = after.rejection.reason if after.rejection else ""
    mine = len(after.edits) - len(before.edits)
    match stage:
        case "ingest":
            decoding = after.decoding
            size = len(after.text.encode("utf-8", "replace"))
            row |= {"source": after.source, "bytes": size, "chars": len(after.text), "encoding": decoding.encoding}
            row |= {"confidence": decoding.confidence, "replaced": decoding.replaced, "reason": failed}
        case "encoding":
            text = after.text
            row |= {"chars_in": len(before.text), "chars_out": len(text), "edits": mine, "reverts": reverts(after), "failed": failed}
            row |= {"mojibake": badness(text), "replaced": text.count("\N{REPLACEMENT CHARACTER}"), "nuls": text.count("\0")}
        case "boilerplate":
            start = next((e.after for e in after.edits[len(before.edits) :] if e.rule == "html:main-text"), before.text)
            words_in, words_out = word_count(start), word_count(after.text)
            row |= {"words_in": words_in, "words_out": words_out, "edits": mine, "reverts": reverts(after), "failed": failed}
            row |= {"removed_share": 1 - words_out / words_in if words_in else 0.0}
        case "language":
            flag = after.flag("language", "language")
            row |= {"language": after.language, "probability": flag.score if flag else None, "letters": sum(map(str.isalpha, after.text))}
            row |= {"passages": sum(f.stage == "language" and f.rule == "passage" for f in after.flags), "failed": failed}
        case "translation":
            mine_now = [f for f in after.flags if f.stage == "translation"]
            row |= {
                "language": after.language,
                "words": word_count(after.text),
                "flags": sum(f.rule != "score" for f in mine_now),
                "score": after.translation_score,
            }
            row |= {
                "spans_valid": all(0 <= f.start <= f.end <= len(after.text) for f in mine_now),
                "text_unchanged": after.text == before.text,
                "failed": failed,
            }
        case _:
            msg = f"{stage} is not a stage that judges one document"
            raise ValueError(msg)
    return row


def pairs_metrics(index: pa.Table, verdicts: Mapping[str, Verdict]) -> pa.Table:
    """Return the metrics frame of the near-copy stage; `index` has the rows (id, site, chars, shingles) of those judged and of those that they name."""
    return pa.Table.from_pylist(list(_pairs(index, verdicts)), schema=METRICS["duplicates"])


def _pairs(index: pa.Table, verdicts: Mapping[str, Verdict]) -> Iterator[dict[str, Any]]:
    entries = {entry["id"]: entry for entry in index.select(["id", "site", "chars", "shingles"]).to_pylist()}
    for name, verdict in verdicts.items():
        entry, kept = entries[name], verdicts.get(verdict.kept_id)
        inside = verdict.shared is None or _inside(verdict.shared, entry["chars"], entries[verdict.kept_id]["chars"] if kept else 0)
        figures = {
            "score": verdict.score,
            "jaccard": verdict.jaccard,
            "containment": verdict.containment,
            "shingles": entry["shingles"],
            "shared_inside": inside,
        }
        known = {"id": name, "site": entry["site"], "status": verdict.status, "relation": verdict.relation}
        yield {**known, **figures, "kept_id": verdict.kept_id, "kept_status": kept.status if kept else ""}


def _inside(shared: tuple[int, int, int, int], chars: int, kept_chars: int) -> bool:
    start, end, kept_start, kept_end = shared
    return 0 <= start < end <= chars and 0 <= kept_start < kept_end <= kept_chars
