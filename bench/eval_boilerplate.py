"""Measure the line model as it would do on sites that it never saw, and print what its card and the docs show.

    python -m bench.eval_boilerplate [--scores FILE] [--figure FILE]

Each fold of sites is scored by word weights and trees that were fitted on the other folds alone. A threshold is frozen on four folds and applied to the
fifth. `--scores` keeps the scores, `--figure` draws F1 over the words lost. What `copydesk.boilerplate.weighing` spares besides is not counted here.
"""

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib import rcParams
from matplotlib.figure import Figure

from bench.boilerplate_fitting import PER_LOG_WORD, Fitting
from bench.boilerplate_pages import FOLDS
from bench.fit_boilerplate import prepared
from copydesk.boilerplate import keep_lines
from copydesk.boilerplate.model.forest import UNIT
from copydesk.boilerplate.model.score import price, trust
from copydesk.settings import BoilerplateSettings

__all__ = ["main"]

SHARES = (0.005, 0.01, 0.02, 0.025, 0.05)
POINTS = {"safe": 0.004, "full": 0.018}

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


def main() -> None:
    """Score, then print the curve, the frozen thresholds, and each view, source, language and place at them."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--scores", type=Path)
    asked.add_argument("--figure", type=Path)
    given = asked.parse_args()
    path = given.scores
    fitting = prepared()
    scores = np.load(path) if path and path.exists() else crossed(fitting)
    if path:
        np.save(path, scores)
    ruled_only = BoilerplateSettings(line_model="off")  # the shipped model has seen these pages
    ruled = np.concatenate([~np.array(keep_lines(page.lines, settings=ruled_only))[[bool(line.strip()) for line in page.lines]] for page in fitting.pages])
    views = {name: fitting.view == name for name in ("region", "human")}
    print("boilerplate-line F1 where so many content words are lost (lines lost in brackets)")
    for name, chosen in views.items():
        print(f"{name:20s}", *(f"{share:.1%} {f1:.3f} ({lines:.1%}) at {bound:.2f} |" for share, f1, lines, bound in _curve(fitting, scores, chosen)))
    for point, share in POINTS.items():
        bounds = [_bound(fitting, scores, [chosen & (fitting.fold != fold) for chosen in views.values()], share) for fold in range(FOLDS)]
        print(f"\n{point}: frozen at {share:.1%} on four folds: {', '.join(f'{bound:.2f}' for bound in bounds)}", end="; ")
        print(f"on all {_bound(fitting, scores, list(views.values()), share):.2f}")
        gone = scores >= np.array(bounds)[fitting.fold]
        for name, chosen in _parts(fitting).items():
            print(f"{name:20s}", _row(fitting, gone, chosen))
        for name, chosen in views.items():
            print(f"{name} with the rules", _row(fitting, gone | ruled, chosen))

    if given.figure:
        _draw(fitting, scores, views, given.figure)


# F1 and share of the content words lost on the human view of the same pages, with each peer's own thresholds.
PEERS = {"C4 rules": (0.69, 0.27), "ten words": (0.69, 0.09), "jusText": (0.62, 0.17), "phrase list": (0.02, 0.0006)}


def _draw(fitting: Fitting, scores: Scores, views: dict[str, Mask], path: Path) -> None:
    """Draw the curve of each view, and the peers' points."""
    rcParams["svg.hashsalt"] = "copydesk"  # the same figure from the same scores
    figure = Figure(figsize=(7.5, 4.5), layout="constrained")
    axes = figure.subplots()
    shares = tuple(np.round(np.geomspace(0.001, 0.1, 60), 5))
    for (name, chosen), line in zip(views.items(), ("-", "--"), strict=True):
        rows = _curve(fitting, scores, chosen, shares)
        axes.plot([100 * row[0] for row in rows], [row[1] for row in rows], f"k{line}", label=f"copydesk, {name}")
        axes.plot([100 * row[2] for row in rows], [row[1] for row in rows], f"{line}", color="0.6", label=f"the same over content lines lost, {name}")
    for (name, (f1, lost)), marker in zip(PEERS.items(), "os^D", strict=True):
        axes.plot(100 * lost, f1, f"k{marker}", label=f"{name}, human")
    axes.set(xscale="log", xlabel="content lost (%)", ylabel="F1 of boilerplate lines", ylim=(0, 1), title="Folds by site: no line of a page was trained on")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(alpha=0.3, which="both")
    axes.legend(fontsize="small", loc="lower right")
    figure.savefig(path, metadata={"Date": None})


def crossed(fitting: Fitting) -> Scores:
    """Score each fold by trees fitted on the others; its word scores come from weights that were fitted on the others as well."""
    names, own = fitting.matrix(fitting.spoken())
    _, foreign = fitting.matrix(fitting.foreign())
    scores = np.zeros(fitting.labels.size)
    for fold in range(FOLDS):
        test = fitting.fold == fold
        forest = fitting.forest(names, [(own, 1.0), (foreign, fitting.settings.other_language)], ~test)
        scores[test] = forest.total(forest.reached(np.ascontiguousarray(own[test].T))) / UNIT
    known, unspaced = (own[:, names.index(name)] for name in ("document_known", "unspaced"))
    return scores + (trust(known, unspaced) - price(fitting.units, round(PER_LOG_WORD * UNIT))) / UNIT


def _curve(fitting: Fitting, scores: Scores, chosen: Mask, shares: tuple[float, ...] = SHARES) -> list[tuple[float, float, float, float]]:
    chosen = chosen & (fitting.labels >= 0)
    order = np.argsort(-scores[chosen], kind="stable")
    furniture, words = (fitting.labels[chosen] == 1)[order], fitting.words[chosen][order]
    lost = np.cumsum(np.where(furniture, 0, words)) / words[~furniture].sum()
    right, wrong = np.cumsum(furniture), np.cumsum(~furniture)
    f1 = 2 * right / (right + wrong + furniture.sum())
    at = [int(np.searchsorted(lost, share, side="right")) - 1 for share in shares]
    return [(share, f1[i], wrong[i] / (~furniture).sum(), scores[chosen][order][i]) for share, i in zip(shares, at, strict=True)]


def _bound(fitting: Fitting, scores: Scores, chosen: list[Mask], share: float) -> float:
    """Return the least score at which none of the views loses more than a share of its content words."""
    bounds = []
    for each in chosen:
        content = each & (fitting.labels == 0)
        order = np.argsort(-scores[content], kind="stable")
        lost = np.cumsum(fitting.words[content][order]) / fitting.words[content].sum()
        bounds.append(float(scores[content][order][np.searchsorted(lost, share, side="right")]) + 1 / UNIT)
    return max(bounds)


def _row(fitting: Fitting, gone: Mask, chosen: Mask) -> str:
    furniture, content = chosen & (fitting.labels == 1), chosen & (fitting.labels == 0)
    right, wrong = (gone & furniture).sum(), (gone & content).sum()
    lost = (fitting.words * (gone & content)).sum() / max(1, fitting.words[content].sum())
    held = np.bincount(fitting.page[content], weights=fitting.words[content], minlength=len(fitting.pages))
    cut = np.bincount(fitting.page[content & gone], weights=fitting.words[content & gone], minlength=len(fitting.pages))
    hollow = (cut > 0.1 * held).sum() / max(1, (held > 0).sum())
    f1 = 2 * right / max(1, right + wrong + furniture.sum())
    return (
        f"F1 {f1:.3f}  precision {right / max(1, right + wrong):.3f}  recall {right / max(1, furniture.sum()):.3f}  words lost {lost:.2%}  "
        f"lines lost {wrong / max(1, content.sum()):.1%}  documents losing over 10% {hollow:.1%}  ({furniture.sum()} + {content.sum()} lines)"
    )


def _parts(fitting: Fitting) -> dict[str, Mask]:
    """Return the parts that the card shows: views, sources, languages, places."""
    shown = (fitting.view == "region") | (fitting.view == "human")
    parts = {name: fitting.view == name for name in ("region", "human")}
    parts |= {f"source {name}": shown & (fitting.source == name) for name in sorted(set(fitting.source[shown]))}
    langs = [lang for lang in sorted(set(fitting.lang[shown])) if (shown & (fitting.lang == lang)).sum() >= 200]
    parts |= {f"language {name}": shown & (fitting.lang == name) for name in langs}
    places = _places(fitting)
    return parts | {f"{view} {name}": (fitting.view == view) & (places == name) for view in ("region", "human") for name in ("head", "inside", "tail")}


def _places(fitting: Fitting) -> npt.NDArray[np.str_]:
    """Return where each line stands: before the first content line of its page, behind the last, or inside."""
    line = np.arange(fitting.labels.size)
    content = fitting.labels == 0
    first, last = np.full(len(fitting.pages), line.size), np.full(len(fitting.pages), -1)
    np.minimum.at(first, fitting.page[content], line[content])
    np.maximum.at(last, fitting.page[content], line[content])
    return np.where(line < first[fitting.page], "head", np.where(line > last[fitting.page], "tail", "inside"))


if __name__ == "__main__":
    main()
