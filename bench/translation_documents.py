"""The documents that the translation model is fitted and measured on: what each is, which windows are cut, how each counts."""

import collections
import gzip
import json
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from bench.data import folder
from copydesk.translation.model.figures import counted, rates, windows
from copydesk.translation.model.language import Language
from copydesk.translation.model.masked import BUCKETS, buckets
from copydesk.translation.model.synonyms import Synonyms
from copydesk.translation.model.tokens import Ints, read

__all__ = ["ERAS", "FOLDS", "SHARES", "Evidence", "Record", "evidence", "one_window", "records", "weights"]

ERAS = ("rbmt-2013-14", "smt-2013-14", "apertium-rbmt", "mt-2015-18", "nmt-2019+", "spun-simulated")
FOLDS = 3
# How much each era counts for its head: without it, the 52 articles of 2013 would drown in the others.
SHARES = {
    "old": {"rbmt-2013-14": 1.0, "smt-2013-14": 1.0, "apertium-rbmt": 0.5, "mt-2015-18": 0.5},
    "neural": {"mt-2015-18": 0.3, "nmt-2019+": 1.0},
    "spun": {"spun-simulated": 1.0},
}
_BATCH = 64

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Record:
    """A document: `kind` is "human" or the head that is to find it, `era` "human" or when and how its machine worked."""

    id: str
    text: str
    group: str
    fold: int
    kind: str
    era: str
    system: str
    original: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Per window: rates, n-gram buckets (divided by the root of the window's n-grams), and the number of its document."""

    figures: Floats
    masked: scipy.sparse.csr_matrix
    document: Ints


def records() -> list[Record]:
    """Read the DEV half."""
    found = []
    with gzip.open(folder("translation", "dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            human = row["label"] == "human"
            era = "human" if human else row["era"]
            old = era in SHARES["old"] and (era != "mt-2015-18" or row.get("arch") == "smt")
            kind = "human" if human else "spun" if era == "spun-simulated" else "old" if old else "neural"
            fold = zlib.crc32(("f" + row["group"]).encode()) % FOLDS
            found.append(Record(row["id"], row["text"], row["group"], fold, kind, era, row["system"], row.get("origin") == "original"))
    return found


def one_window(record: Record, most: int = 300) -> str:
    """Cut one window of so many words, placed by the document's id as the scorer of the data set does; "" for a document of under two thirds of that."""
    words = record.text.split()
    start = zlib.crc32(record.id.encode()) % max(1, len(words) - most + 1)
    return " ".join(words[start : start + most]) if len(words) >= 2 * most // 3 else ""


def evidence(texts: list[str], language: Language, synonyms: Synonyms) -> Evidence:
    """Count what the model sees."""
    figures, masked, document = [], [], []
    for low in range(0, len(texts), _BATCH):
        tokens = read(texts[low : low + _BATCH])
        spans = windows(tokens)
        counts, found, band = counted(tokens, spans, language, synonyms)
        figures.append(rates(counts, spans.tokens))
        masks = np.concatenate(buckets(tokens, language.words.rank.take(found.slot), band))
        weight = np.tile((1 / np.sqrt(3 * np.maximum(spans.tokens, 50)))[spans.of], 3)
        masked.append(scipy.sparse.csr_matrix((weight, (np.tile(spans.of, 3), masks)), shape=(spans.document.size, BUCKETS)))
        document.append(spans.document + low)
    return Evidence(np.concatenate(figures), scipy.sparse.vstack(masked).tocsr(), np.concatenate(document))


def weights(documents: list[Record], chosen: npt.NDArray[np.bool_], head: str) -> Floats:
    """Weigh documents for the fit of a head: eras by their shares, groups alike within them; humans half unless a machine had their text."""
    found = np.zeros(len(documents))
    of_era: dict[str, dict[str, list[int]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    for at in np.flatnonzero(chosen).tolist():
        record = documents[at]
        if record.kind in {"human", head}:
            of_era[record.era][record.group].append(at)
    with_machine = {group for era, groups in of_era.items() if era != "human" for group in groups}
    for era, groups in of_era.items():
        for group, members in groups.items():
            share = SHARES[head][era] / len(groups) if era != "human" else 1.0 if group in with_machine else 0.5
            found[members] = share / len(members)
    human = np.array([record.kind == "human" for record in documents])
    for side in (human, ~human):
        found[side] *= 0.5 / found[side].sum()
    return found
