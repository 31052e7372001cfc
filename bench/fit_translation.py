"""Fit the translation model (`copydesk/translation/model/english.npz`): about 80 seconds of CPU on one core, twice the same file.

    python -m bench.fit_translation

The scores by which limits and probabilities are set come from models that have not seen the document's group. `python -m bench.eval_translation` measures.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import zstandard

from bench.data import folder
from bench.translation_documents import FOLDS, Record, evidence, one_window, records
from bench.translation_heads import Scored, calibrated, fitted
from bench.translation_language_model import COMMON, Counts, counted, human_news
from bench.translation_language_model import fitted as language_fitted
from bench.translation_synonyms import MOST, synonyms
from copydesk.translation.model.file import Heads, Model, save
from copydesk.translation.model.language import Language
from copydesk.translation.model.score import FEWEST_WORDS, MOST_CHARACTERS, raw
from copydesk.translation.model.synonyms import Synonyms
from copydesk.translation.model.tokens import read

__all__ = ["language_model", "out_of_fold", "scored", "views"]

MODEL = Path(__file__).parents[1] / "copydesk" / "translation" / "model" / "english.npz"
MOST_TRIPLES = 3_000_000
_BATCH = 64


def common(counts: Counts) -> Mapping[int, int]:
    """Number the words that are common in every source: ranked by the geometric mean of their shares, so that no source's topics count as style."""
    by_source: dict[str, list[str]] = {}
    with folder("translation", "human_english.jsonl.zst").open("rb") as packed:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(packed), encoding="utf-8"):
            row = json.loads(line)
            by_source.setdefault(row["source"], []).append(row["text"])
    logs = np.zeros(counts.words.size)
    for _, texts in sorted(by_source.items()):
        seen = np.zeros(counts.words.size)
        for low in range(0, len(texts), 500):
            hashes = read(texts[low : low + 500]).hashes
            at = np.minimum(np.searchsorted(counts.words, hashes), counts.words.size - 1)
            seen += np.bincount(at[counts.words[at] == hashes], minlength=counts.words.size)
        logs += np.log((seen + 0.5) / seen.sum())
    order = np.lexsort((counts.words, -logs))[:COMMON]
    return {int(counts.words[word]): rank for rank, word in enumerate(order, 1)}


def language_model() -> tuple[Language, Synonyms]:
    """Fit the language model on the human news, and file the synonyms of its words."""
    counts = counted(human_news())
    rank = common(counts)
    rows = synonyms(counts, rank)
    language = language_fitted(counts, most_triples=MOST_TRIPLES, rank=rank, others={word: row for row, word in enumerate(rows, 1)})
    words = np.zeros((len(rows) + 1, MOST), dtype=np.uint64)
    for row, others in enumerate(rows.values(), 1):
        words[row, : len(others)] = others
    return language, Synonyms(words, language.words.find(words.ravel()).astype(np.int32).reshape(words.shape))


def views(documents: list[Record]) -> list[tuple[int, str]]:
    """Give each document whole, and as one window of 300 and of 120 words: lengths must not be what is learnt."""
    whole = [(at, record.text) for at, record in enumerate(documents)]
    parts = [(at, one_window(record, most)) for most in (300, 120) for at, record in enumerate(documents)]
    return [*whole, *((at, text) for at, text in parts if text)]


def scored(texts: list[tuple[int, str]], model: Model) -> Scored:
    """Score texts of documents."""
    scores, words = [], []
    for low in range(0, len(texts), _BATCH):
        found, count, _ = raw(read([text[:MOST_CHARACTERS] for _, text in texts[low : low + _BATCH]]), model)
        scores.append(found)
        words.append(count)
    every, count = np.concatenate(scores), np.concatenate(words)
    enough = count >= FEWEST_WORDS
    return Scored(every[enough], count[enough], np.array([at for at, _ in texts])[enough])


def out_of_fold(documents: list[Record], language: Language, words: Synonyms) -> tuple[list[Heads], Heads, Scored]:
    """Return the heads of each fold's training documents, those of all, and the scores of all views by heads that did not see their groups."""
    found = evidence([record.text[:MOST_CHARACTERS] for record in documents], language, words)
    fold = np.array([record.fold for record in documents])
    texts = views(documents)
    heads, parts = [], []
    for number in range(FOLDS):
        heads.append(fitted(found, documents, fold != number))
        parts.append(scored([(at, text) for at, text in texts if fold[at] == number], Model(language, words, heads[-1])))
    joined = Scored(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("scores", "words", "record")))
    return heads, fitted(found, documents, np.ones(len(documents), dtype=np.bool_)), joined


def main() -> None:
    """Fit and write the model."""
    documents = records()
    language, words = language_model()
    _, heads, joined = out_of_fold(documents, language, words)
    save(Model(language, words, calibrated(replace(heads), joined, documents)), MODEL)
    print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
