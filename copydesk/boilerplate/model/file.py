"""The fitted model as it is shipped: hashed word weights, a forest, two thresholds, in one plain file that holds no text.

The file is a zip of numpy arrays (`.npz`), read without pickle, and the same from the same fit, byte for byte. It names the columns of evidence that it was
fitted with; where the program makes other columns it is refused rather than misread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

import numpy as np

from copydesk.boilerplate.model.forest import Forest
from copydesk.boilerplate.model.words import Weights
from copydesk.errors import InputError

__all__ = ["Model", "load", "save", "shipped"]


@dataclass(frozen=True, slots=True)
class Model:
    """Word weights and forest; `columns` names the rows of evidence that the forest asks, `kinds` the parts of its leaves.

    `per_log_word`: what a line must bring more for each unit of the logarithm of its words, in steps, so that a line's cost grows with its length.
    """

    weights: Weights
    forest: Forest
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    per_log_word: int


def save(model: Model, path: Path) -> None:
    """Write a model; the same model gives the same bytes."""
    forest = model.forest
    arrays: dict[str, Any] = {
        "weights": model.weights,
        "column": forest.column,
        "bound": forest.bound,
        "kept": forest.kept,
        "leaves": forest.leaves,
        "base": np.array(forest.base, dtype=np.int64),
        "per_log_word": np.array(model.per_log_word, dtype=np.int64),
        "columns": _encoded(model.columns),
        "kinds": _encoded(model.kinds),
    }
    np.savez_compressed(path, **arrays)


def load(source: IO[bytes] | Path) -> Model:
    """Read a model. Raises `InputError` where the file is none."""
    try:
        with np.load(source, allow_pickle=False) as held:
            forest = Forest(held["column"], held["bound"], held["kept"], held["leaves"], int(held["base"]))
            return Model(held["weights"], forest, _decoded(held["columns"]), _decoded(held["kinds"]), int(held["per_log_word"]))
    except (KeyError, OSError, ValueError) as fault:
        msg = f"the boilerplate model cannot be read: {fault}"
        raise InputError(msg) from fault


@cache
def shipped() -> Model:
    """Return the model that the package ships, read once a process."""
    with files(__package__).joinpath("lines.npz").open("rb") as source:
        return load(source)


def _encoded(names: Sequence[str]) -> Any:  # noqa: ANN401 - an array of bytes
    return np.frombuffer("\n".join(names).encode("ascii"), dtype=np.uint8)


def _decoded(held: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    return tuple(bytes(held).decode("ascii").split("\n"))
