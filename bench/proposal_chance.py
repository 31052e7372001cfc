"""Draw how likely two texts are to be compared, over their similarity, under the default settings.

    python -m bench.proposal_chance [FILE]

Left for two texts of equal length over their Jaccard similarity, right for one inside a text ten times as long over the share of it that stands there;
beside it what the MinHash of 40 bands of 3 rows gave that sketches replaced. The same figure every time; it needs no data, and the dependency group `fit`.
"""

import sys
from pathlib import Path

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from copydesk.sampling import chance
from copydesk.settings import DuplicatesSettings

__all__ = ["main"]

TARGET = Path(__file__).parents[1] / "docs" / "pictures" / "proposal.svg"
WORDS = {50: ":", 100: "-.", 400: "--", 1_000: "-"}
LONGER = 10
POINTS = 80
SIMILARITIES = [number / POINTS for number in range(POINTS + 1)]


def main(target: Path = TARGET) -> None:
    """Draw both halves."""
    settings = DuplicatesSettings()
    rcParams["svg.hashsalt"] = "copydesk"  # the same figure every time
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _curves(left, settings, 1)
    _curves(right, settings, LONGER)
    left.axvline(settings.threshold, color="0.8", linewidth=1)
    left.set(xlabel="Jaccard similarity, texts of equal length", ylabel="chance of being compared")
    right.axvline(settings.containment, color="0.8", linewidth=1)
    right.set(xlabel=f"containment, in a text {LONGER} times as long")
    right.legend(frameon=False, loc="lower right", bbox_to_anchor=(1.0, 0.12))
    figure.savefig(target, metadata={"Date": None})


def _curves(axes: Axes, settings: DuplicatesSettings, longer: int) -> None:
    for words, line in WORDS.items():
        first, second = words - settings.shingle_words + 1, words * longer - settings.shingle_words + 1
        counts = sorted({first * step // POINTS for step in range(POINTS + 1)})
        chances = [chance(count, first, second, sample=settings.sample, least=settings.least, most=settings.most) for count in counts]
        axes.plot([count / (first if longer > 1 else 2 * first - count) for count in counts], chances, f"k{line}", label=f"{words:,} words")
    jaccard = [similarity if longer == 1 else similarity / (1 + longer - similarity) for similarity in SIMILARITIES]
    axes.plot(SIMILARITIES, [1 - (1 - each**3) ** 40 for each in jaccard], color="0.6", label="MinHash, 40 bands of 3")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
