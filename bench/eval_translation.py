"""Measure the translation model by cross-validation over groups, never over rows, and draw its calibration: about two minutes of CPU.

    python -m bench.eval_translation

A window of at most 300 words a document, as the scorer of the data set cuts it; thresholds at 1 % false positives over all human windows. Scores come
from heads that did not see the document's group. Recall is given for limits that are set on all of these scores (32 constants, as they are shipped) and for
limits that are set on the other two folds, which mixes three scales; all that is said of probabilities is by constants of the other two folds.
"""

import collections
import itertools
import json
import zlib
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib import pyplot as plt

from bench.fit_translation import out_of_fold, scored
from bench.spinning import spun, substitutes
from bench.translation_documents import ERAS, FOLDS, Record, evidence, one_window, records
from bench.translation_heads import BOUNDS, Scored, calibrated, fitted, margins
from copydesk.translation.model.file import Heads, Model, shipped
from copydesk.translation.model.score import FEWEST_WORDS, MOST_CHARACTERS

__all__ = ["main"]

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "translation.svg"
_PRIOR = 0.1
Floats = npt.NDArray[np.float64]


def _chances(found: Scored, heads: Heads) -> Floats:
    row = np.searchsorted(heads.bounds, found.words, side="right")
    chance: Floats = 1 / (1 + np.exp(-(heads.base[row] + heads.slope[row] * margins(found, heads))))
    return chance


def _nested(joined: Scored, heads: Heads, documents: list[Record]) -> Floats:
    """Return the chances of all rows by constants that were set on the other folds."""
    fold = np.array([documents[at].fold for at in joined.record])
    found = np.zeros(fold.size)
    for number in range(FOLDS):
        made = calibrated(heads, _rows(joined, fold != number), documents)
        found[fold == number] = _chances(_rows(joined, fold == number), made)
    return found


def _rows(found: Scored, chosen: npt.NDArray[np.bool_]) -> Scored:
    return Scored(found.scores[chosen], found.words[chosen], found.record[chosen])


def _recalls(chance: Floats, era: npt.NDArray[np.str_]) -> dict[str, list[float]]:
    people = chance[era == "human"]
    at = [np.quantile(people, 1 - rate) for rate in (0.01, 0.05)]
    return {name: [round(float((chance[era == name] > limit).mean()), 3) for limit in at] for name in ERAS if (era == name).any()}


def _pairs(chance: Floats, here: list[Record]) -> dict[str, float]:
    people = collections.defaultdict(list)
    for score, record in zip(chance, here, strict=True):
        if record.era == "human":
            people[record.group].append(score)
    wins: dict[str, list[float]] = collections.defaultdict(list)
    for score, record in zip(chance, here, strict=True):
        if record.era != "human":
            wins[record.era] += [float(score > other) + 0.5 * float(score == other) for other in people[record.group]]
    return {era: round(float(np.mean(found)), 3) for era, found in sorted(wins.items()) if found}


def _other_spins(documents: list[Record], model: Model, heads: list[Heads], limits: Heads, strictest: float) -> dict[str, float]:
    """Measure on spins by a simulator that no head is fitted on, at the limit that one human window in a hundred passes; by the share of words replaced."""
    others = substitutes()
    made = [(at, *spun(one_window(record), record.id, others)) for at, record in enumerate(documents) if record.era == "human"]
    passed, shares = [], []
    for number, head in enumerate(heads):
        texts = [(at, text, share) for at, text, share in made if documents[at].fold == number and len(text.split()) > 2 * FEWEST_WORDS]
        result = scored([(at, text) for at, text, _ in texts], replace(model, heads=head))
        passed.append(_chances(result, limits) > strictest)
        share_of = {at: share for at, _, share in texts}
        shares.append(np.array([share_of[at] for at in result.record.tolist()]))
    over, share = np.concatenate(passed), np.concatenate(shares)
    classes = {"all": share >= 0, "under 7 %": share < 0.07, "7 to 14 %": (share >= 0.07) & (share < 0.14), "more": share >= 0.14}
    return {name: round(float(over[rows].mean()), 3) for name, rows in classes.items()}


def _unseen_systems(documents: list[Record], shipping: Model, heads: Heads) -> dict[str, list[float]]:
    """Measure with models that saw neither the group nor the system: systems are dealt into two halves."""
    found = evidence([record.text[:MOST_CHARACTERS] for record in documents], shipping.language, shipping.synonyms)
    half = np.array([zlib.crc32(record.system.encode()) % 2 if record.era != "human" else -1 for record in documents])
    fold = np.array([record.fold for record in documents])
    texts = [(at, one_window(record)) for at, record in enumerate(documents)]
    scores, eras = [], []
    for number in range(FOLDS):
        for part in range(2):
            if any(not any(r.kind == kind for r, h in zip(documents, half, strict=True) if h == 1 - part) for kind in ("old", "neural")):
                continue
            # The one simulator of spins cannot be left out: its head is fitted on it in both halves.
            constant = np.array([record.kind == "spun" for record in documents])
            made = fitted(found, documents, (fold != number) & ((half != part) | constant))
            held = (heads.bounds, heads.limit, heads.spread, heads.slope, heads.base)
            model = replace(shipping, heads=Heads(made.weights, made.bias, made.masked, made.unit, *held))
            result = scored([(at, text) for at, text in texts if text and fold[at] == number and half[at] in {-1, part}], model)
            scores.append(_chances(result, model.heads))
            eras.append(np.array([documents[at].era for at in result.record]))
    return _recalls(np.concatenate(scores), np.concatenate(eras))


def _weight(era: npt.NDArray[np.str_]) -> Floats:
    """Count human texts nine tenths, machine-made ones one tenth, each era alike."""
    present = [name for name in ERAS if (era == name).any()]
    shares = {name: _PRIOR / len(present) / (era == name).sum() for name in present} | {"human": (1 - _PRIOR) / (era == "human").sum()}
    return np.array([shares[name] for name in era])


def _draw(chance: Floats, era: npt.NDArray[np.str_]) -> list[tuple[float, float, int]]:
    edges = [0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.001]
    weight, machine = _weight(era), era != "human"
    points = []
    for low, high in itertools.pairwise(edges):
        here = (chance >= low) & (chance < high)
        if here.any():
            points.append(
                (
                    round(float(np.average(chance[here], weights=weight[here])), 3),
                    round(float(weight[here & machine].sum() / weight[here].sum()), 3),
                    int(here.sum()),
                )
            )
    mpl.rcParams["svg.hashsalt"] = "copydesk"
    figure, axes = plt.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.plot([p[0] for p in points], [p[1] for p in points], marker="o", color="#1f4e79")
    axes.set(xlabel="score", ylabel="share that is machine-made, at 1 text in 10", xlim=(0, 1), ylim=(0, 1))
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})
    return points


def main() -> None:
    """Print all figures as one JSON object and draw the picture."""
    documents = records()
    model = shipped()
    of_folds, heads, joined = out_of_fold(documents, model.language, model.synonyms)
    heads = calibrated(heads, joined, documents)
    as_shipped = _chances(joined, heads)
    chance = _nested(joined, heads, documents)
    era = np.array([documents[at].era for at in joined.record])
    original = np.array([documents[at].original for at in joined.record])
    # The windows of 300 words stand behind the whole documents.
    is_window = _window_rows(joined, {at for at, record in enumerate(documents) if one_window(record)})
    out: dict[str, object] = {"windows of 300 words": _recalls(as_shipped[is_window], era[is_window])}
    out["windows of 300 words, limits of the other folds"] = _recalls(chance[is_window], era[is_window])
    out["won against a human text of the same article"] = _pairs(as_shipped[is_window], [documents[at] for at in joined.record[is_window]])
    out["systems not seen"] = _unseen_systems(documents, model, heads)
    strictest = float(np.quantile(as_shipped[is_window & (era == "human")], 0.99))
    out["spins of another simulator"] = _other_spins(documents, model, of_folds, heads, strictest)
    people = era == "human"
    out["human documents above 0.5"] = {
        name: round(float((chance[rows] >= 0.5).mean()), 4) for name, rows in (("originals", people & original), ("translations", people & ~original))
    }
    row = np.searchsorted(heads.bounds, joined.words, side="right")
    by_length = {}
    for number, name in enumerate(("60 to 119", *(f"{low} and more" for low in BOUNDS))):
        here = row == number
        people, weight = here & (era == "human"), _weight(era[here])
        sure = chance[here] >= 0.9
        by_length[name] = {
            "recall": _recalls(as_shipped[here], era[here]),
            "originals above 0.5": round(float((chance[people & original] >= 0.5).mean()), 4),
            "human translations above 0.5": round(float((chance[people & ~original] >= 0.5).mean()), 4),
            "machine-made of those at 0.9": round(float(weight[sure & (era[here] != "human")].sum() / max(weight[sure].sum(), 1e-9)), 3),
            "found at 0.5": {name: round(float((chance[here & (era == name)] >= 0.5).mean()), 3) for name in ERAS},
        }
    out["by words"] = by_length
    out["calibration: score, share, texts"] = _draw(chance, era)
    print(json.dumps(out, indent=1))


def _window_rows(joined: Scored, long_enough: set[int]) -> npt.NDArray[np.bool_]:
    """Tell which rows of the joined scores are windows of 300 words: of each document, in each fold, the second text."""
    seen: collections.Counter[int] = collections.Counter()
    found = np.zeros(joined.record.size, dtype=np.bool_)
    for row, at in enumerate(joined.record.tolist()):
        seen[at] += 1
        found[row] = seen[at] == 2 and at in long_enough
    return found


if __name__ == "__main__":
    main()
