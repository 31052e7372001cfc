"""The fitted model as it is shipped: tables under hashes, weights, thresholds, in plain numpy arrays (`.npz`, no pickle) from which no text can be read.

The same fit gives the same file, byte for byte.
"""

from contextlib import nullcontext
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from copydesk.errors import InputError
from copydesk.translation.model.language import PAIR_BITS, TRIPLE_BITS, Language
from copydesk.translation.model.synonyms import Synonyms
from copydesk.translation.model.table import Table
from copydesk.translation.model.vocabulary import Vocabulary

__all__ = ["HEADS", "Heads", "Model", "load", "save", "shipped"]

HEADS = ("old", "neural", "spun")
"""Rule-based and statistical systems; neural ones; word-for-word spinning. The order of the columns below."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heads:
    """Weights and scales, a column for each head.

    `weights` (figures x heads) and `bias` weigh the rates of a window, `masked` (buckets x heads, 8 bits) the n-grams, in units of `unit`.
    `bounds` are the words at which the next row of `limit` and `spread` begins: for documents of that length, the score of a head that its share of human
    documents exceeds, and how far human scores spread. `slope` and `base` make a probability of what the highest head exceeds its limit by.
    """

    weights: Floats
    bias: Floats
    masked: npt.NDArray[np.int8]
    unit: Floats
    bounds: npt.NDArray[np.int64]
    limit: Floats
    spread: Floats
    slope: Floats
    base: Floats


@dataclass(frozen=True, slots=True)
class Model:
    """The language model, the synonyms of its words, and what weighs the evidence."""

    language: Language
    synonyms: Synonyms
    heads: Heads


def save(model: Model, path: Path) -> None:
    """Write a model; the same model gives the same bytes. A reader finds the old file or the new one, never a part of one."""
    words, heads = model.language.words, model.heads
    arrays: dict[str, Any] = {f"words_{field.name}": getattr(words, field.name) for field in fields(words)}
    arrays |= {f"heads_{field.name}": getattr(heads, field.name) for field in fields(heads)}
    arrays |= {"pairs": model.language.pairs.cells, "triples": model.language.triples.cells, "synonyms": model.synonyms.words}
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as target:
        np.savez_compressed(target, **arrays)
    part.replace(path)


def load(source: IO[bytes] | Path) -> Model:
    """Read a model. Raises `InputError` where the file is none."""
    try:
        with source.open("rb") if isinstance(source, Path) else nullcontext(source) as opened, np.load(opened, allow_pickle=False) as held:
            words = Vocabulary(*(held[f"words_{field.name}"] for field in fields(Vocabulary)))
            heads = Heads(*(held[f"heads_{field.name}"] for field in fields(Heads)))
            synonyms = Synonyms(held["synonyms"], words.find(held["synonyms"].ravel()).astype(np.int32).reshape(held["synonyms"].shape))
            return Model(Language(words, Table(held["pairs"], PAIR_BITS), Table(held["triples"], TRIPLE_BITS)), synonyms, heads)
    except (BadZipFile, KeyError, OSError, ValueError) as fault:
        msg = f"the translation model cannot be read: {fault}"
        raise InputError(msg) from fault


@cache
def shipped() -> Model:
    """Return the model that the package ships, read once a process."""
    with files(__package__).joinpath("english.npz").open("rb") as source:
        return load(source)
