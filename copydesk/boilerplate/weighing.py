"""The line model as one more judge: which lines it takes, on whose word, and where it is not asked.

The named rules come first; what they leave is weighed by the model (`model/`), and a line whose score is high enough goes as well. Its score is mostly that
of its neighbourhood, so a text of a few lines gives it nothing to go by, and there it is not asked. A line that is a quotation as a whole is somebody's
words and stays. Where next to nothing may be lost, a sentence must bring more than another line, and rows of figures stay: results and prices read like
furniture, and there is no more to some articles. On sites that were not fitted on, these guards together cost .01 of the F1.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from copydesk.boilerplate.evidence import Line
from copydesk.boilerplate.judge import Removal, is_sentence
from copydesk.boilerplate.lexicon import phrases
from copydesk.boilerplate.model.known import Phrasebook, phrasebook
from copydesk.boilerplate.model.score import Judged, judged
from copydesk.settings import BoilerplateSettings

__all__ = ["POINTS", "RULE", "Point", "removable", "weighed"]

RULE = "line-model"


@dataclass(frozen=True, slots=True)
class Point:
    """How sure the model must be.

    `score`, in logits, is where a line goes, `sentence` how much more a sentence must bring; `rows`: whether rows of figures may go. A text with fewer lines
    than `least_lines` is left to the named rules: a title, a poem or a recipe alone reads like furniture to a model that goes by neighbours.
    """

    score: float
    sentence: float
    least_lines: int
    rows: bool


POINTS: Mapping[str, Point] = {"safe": Point(0.85, 1.5, 10, rows=False), "full": Point(-0.32, 0.0, 3, rows=True)}
"""On sites that were not fitted on, `safe` lost .3 % of the content words and `full` 1.2 (pages) to 1.8 % (text)."""

_NUMBERS = 3
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+){0,9}")
_COLUMN = re.compile(r"\t| {3}")


def weighed(documents: Sequence[Sequence[str]], settings: BoilerplateSettings) -> Iterator[Judged | None]:
    """Weigh the lines of documents, all at once as that is cheaper; None for a document that is not weighed."""
    point = POINTS.get(settings.line_model)
    if point is None:
        yield from (None for _ in documents)
        return
    asked = [sum(map(bool, map(str.strip, lines))) >= point.least_lines for lines in documents]
    found = judged([lines for lines, wanted in zip(documents, asked, strict=True) if wanted], _book(), least=point.score)
    for wanted in asked:
        yield next(found) if wanted else None


def removable(found: Judged | None, lines: Sequence[Line], gone: Mapping[int, Removal], settings: BoilerplateSettings) -> dict[int, Removal]:
    """Return the lines that go for their score, each with the evidence that spoke for it in words."""
    point = POINTS.get(settings.line_model)
    if found is None or point is None:
        return {}
    left = [i for i in found.evidence if i not in gone and lines[i].core and not lines[i].quoted]
    left = [i for i in left if not is_sentence(lines[i]) or found.scores[i] >= point.score + point.sentence]
    return {i: Removal(RULE, _why(found, i)) for i in left if point.rows or not _row(lines[i].core)}


def _row(core: str) -> bool:
    """Say whether a line is a row of a table: columns, or three figures."""
    return bool(_COLUMN.search(core)) or len(list(islice(_NUMBER.finditer(core), _NUMBERS))) == _NUMBERS


def _why(found: Judged, line: int) -> str:
    """Say which evidence decided.

    The constant that all lines share and what a line's length costs it are no reasons.
    """
    reasons = " and ".join(words for words, _ in found.reasons(line))
    return f"reads like what pages print round articles, by {reasons} (score {found.scores[line]:.1f})"


@cache
def _book() -> Phrasebook:
    """Make the phrases ready for the model once; the files never change while the program runs."""
    return phrasebook(phrases())
