"""Fit the line model of the boilerplate stage and write it into the package.

    python -m bench.fit_boilerplate [FILE]

Fitting twice gives the same file. It takes about two minutes on one core, and needs the dependency group `fit` and the data sets.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np

from bench.boilerplate_fitting import Fitting
from bench.boilerplate_pages import pages
from bench.data import folder
from copydesk.boilerplate.lexicon import phrases
from copydesk.boilerplate.model.file import Model, save
from copydesk.boilerplate.model.known import PLAIN, phrasebook

__all__ = ["fit", "main", "prepared"]

TARGET = Path(__file__).parents[1] / "copydesk" / "boilerplate" / "model" / "lines.npz"


def main(target: Path = TARGET) -> None:
    """Fit and write."""
    save(fit(prepared()), target)
    print(f"{target}: {target.stat().st_size:,} bytes, SHA-256 {hashlib.sha256(target.read_bytes()).hexdigest()}")


def prepared() -> Fitting:
    """Read pages and phrases."""
    plain = [phrase.text for phrase in phrases() if phrase.kind in PLAIN]
    return Fitting(pages(folder("boilerplate", "lines.jsonl.zst")), phrasebook(phrases()), plain)


def fit(fitting: Fitting) -> Model:
    """Fit on all pages that may be fitted on."""
    everywhere = np.ones(fitting.labels.size, dtype=bool)
    names, own = fitting.matrix(fitting.spoken())
    _, foreign = fitting.matrix(fitting.foreign())
    forest = fitting.forest(names, [(own, 1.0), (foreign, fitting.settings.other_language)], everywhere)
    return fitting.model(fitting.weights(everywhere), forest, names)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
