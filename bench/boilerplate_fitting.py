"""How the line model is fitted: word weights first, then trees over all evidence, with word scores from weights that did not see the page's site.

Two steps of fitting on one set of pages need care: a tree that is shown word scores of pages that the word weights were fitted on would trust them too
much. So every page gets its word score from weights fitted on the other folds, as in use, where every site is new.

Pages are also shown with weights that were fitted on all languages but theirs, so that the trees learn what to do in a language without words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt
import scipy.sparse
from sklearn.linear_model import LogisticRegression

from bench.boilerplate_pages import FITTED, FOLDS, Page
from copydesk.boilerplate.model import columns
from copydesk.boilerplate.model.file import Model
from copydesk.boilerplate.model.forest import MOST_LEAVES, UNIT, Forest
from copydesk.boilerplate.model.known import Phrasebook
from copydesk.boilerplate.model.text import Batch, read
from copydesk.boilerplate.model.words import BUCKET_BITS, UNKNOWN, Spoken, Weights, buckets, weigh

__all__ = ["PER_LOG_WORD", "Fitting", "Settings"]

PER_LOG_WORD = 0.3
"""In logits: 0 to 0.5 was tried; less loses more words at one F1, more loses more lines."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is turned when fitting; the defaults are what ships. `human`: the weight of a line that people labelled, against one aligned by machine."""

    trees: int = 200
    leaves: int = 16
    rate: float = 0.08
    human: float = 4.0
    other_language: float = 0.3
    phrases: float = 0.3
    regularisation: float = 1.0
    scale: float = 24.0


class Fitting:
    """The pages and phrases as matrices, made once and asked for many fits."""

    def __init__(self, found: Sequence[Page], book: Phrasebook, phrases: Sequence[str], settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.pages = found
        self.book = book
        self.batch = read([page.lines for page in found])
        count = [len(page.lines) for page in found]
        starts = np.cumsum([0, *count[:-1]])
        at = starts[self.batch.document] + self.batch.index  # blank lines are no part of a batch
        self.page = np.repeat(np.arange(len(found)), count)[at]
        self.labels = np.concatenate([page.labels for page in found])[at]
        self.words = np.concatenate([page.words for page in found])[at]
        self.fold = np.array([page.fold for page in found])[self.page]
        self.view = np.array([page.view for page in found])[self.page]
        self.lang = np.array([page.lang for page in found])[self.page]
        self.source = np.array([page.source for page in found])[self.page]
        self.fitted = np.isin(self.source, list(FITTED)) & (self.labels >= 0)
        self._phrases = _counts(read([phrases]))
        self._counts = _counts(self.batch)

    def weights(self, chosen: Mask) -> Weights:
        """Fit the word weights on the chosen lines and the phrases."""
        chosen = chosen & self.fitted
        counts = scipy.sparse.vstack([self._counts[chosen], self._phrases]).tocsr()
        count = self._phrases.shape[0]
        labels = np.concatenate([self.labels[chosen], np.ones(count, dtype=np.int8)])
        importance = np.concatenate([self.importance()[chosen], np.full(count, self.settings.phrases)])
        common = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= 2)
        fit = LogisticRegression(C=self.settings.regularisation, max_iter=60, tol=1e-3).fit(counts[:, common], labels, sample_weight=importance)
        table = np.full(1 << BUCKET_BITS, UNKNOWN, dtype=np.int8)
        table[common] = np.clip(np.rint(fit.coef_[0] * self.settings.scale), UNKNOWN + 1, 127)
        return table

    def spoken(self) -> Spoken:
        """Give each line its word score from weights that did not see its fold."""
        return _merged(self.batch, [(self.fold == fold, self.weights(self.fold != fold)) for fold in range(FOLDS)])

    def foreign(self) -> Spoken:
        """Give each line its word score from weights that saw no line of its language."""
        langs = sorted(set(self.lang[self.fitted]))
        big = [lang for lang in langs if (self.fitted & (self.lang == lang)).sum() >= 500]
        return _merged(self.batch, [(self.lang == lang, self.weights(self.lang != lang)) for lang in big])

    def matrix(self, spoken: Spoken) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
        """Return the names of the columns and all evidence, a line a row."""
        named, self.units = columns.named(self.batch, spoken, self.book)
        return tuple(named), np.stack(list(named.values()), axis=1)

    def importance(self) -> npt.NDArray[np.float64]:
        """Return the weight of each line."""
        return np.where(self.view == "human", self.settings.human, 1.0)

    def forest(self, names: Sequence[str], shown: Sequence[tuple[npt.NDArray[np.float32], float]], chosen: Mask) -> Forest:
        """Fit the trees on the chosen lines, each shown in one or more ways (evidence, and how much that way counts)."""
        chosen = chosen & self.fitted
        importance = self.importance()[chosen]
        rows = np.concatenate([matrix[chosen] for matrix, _ in shown])
        counts = np.concatenate([importance * part for _, part in shown])
        labels = np.tile(self.labels[chosen], len(shown))
        settings = {
            "objective": "binary",
            "num_leaves": self.settings.leaves,
            "learning_rate": self.settings.rate,
            "min_data_in_leaf": 60,
            "lambda_l2": 5.0,
            "feature_fraction": 0.3,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "max_bin": 127,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "seed": 1,
            "verbose": -1,
        }
        data = lightgbm.Dataset(rows, labels, weight=counts, feature_name=list(names))
        return planted(lightgbm.train(settings, data, self.settings.trees), names)

    def model(self, weights: Weights, forest: Forest, names: Sequence[str]) -> Model:
        """Put a fit together as it is shipped."""
        return Model(weights, forest, tuple(names), tuple(columns.KINDS), round(PER_LOG_WORD * UNIT))


def planted(booster: lightgbm.Booster, names: Sequence[str]) -> Forest:
    """Turn trees of LightGBM into a forest whose leaves hold evidence by kind."""
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    kinds = list(columns.KINDS)
    shape = (len(trees), MOST_LEAVES - 1)
    column, bound, kept = np.full(shape, -1, dtype=np.int16), np.zeros(shape, dtype=np.float32), np.full(shape, (1 << MOST_LEAVES) - 1, dtype=np.uint16)
    leaves = np.zeros((len(trees), MOST_LEAVES, len(kinds)), dtype=np.int16)
    base = 0.0
    for at, root in enumerate(trees):
        questions: list[tuple[int, float, int]] = []
        values: list[npt.NDArray[np.float64]] = []
        mean = _mean(root)
        base += mean
        _walk(root, mean, np.zeros(len(kinds)), questions, values, [kinds.index(columns.kind(name)) for name in names])
        for question, (asked, threshold, mask) in enumerate(questions):
            column[at, question], bound[at, question], kept[at, question] = asked, _at_most(threshold), mask
        leaves[at, : len(values)] = np.rint(np.array(values) * UNIT)
    return Forest(column, bound, kept, leaves, round(base * UNIT))


def _walk(
    node: dict[str, object],
    mean: float,
    brought: npt.NDArray[np.float64],
    questions: list[tuple[int, float, int]],
    values: list[npt.NDArray[np.float64]],
    kind_of: Sequence[int],
) -> None:
    """Visit a tree from left to right: note its questions, and what each kind of evidence brought on the way to each leaf."""
    if "split_feature" not in node:
        values.append(brought)
        return
    asked, first = int(node["split_feature"]), len(values)  # type: ignore[call-overload]
    for side in ("left_child", "right_child"):
        child = node[side]
        step = np.zeros_like(brought)
        step[kind_of[asked]] = _mean(child) - mean  # type: ignore[arg-type]
        _walk(child, _mean(child), brought + step, questions, values, kind_of)  # type: ignore[arg-type]
        if side == "left_child":
            struck = sum(1 << leaf for leaf in range(first, len(values)))
            questions.append((asked, float(node["threshold"]), ((1 << MOST_LEAVES) - 1) & ~struck))  # type: ignore[arg-type]


def _mean(node: dict[str, object]) -> float:
    """Return the mean of the leaves below a node, each counted by its lines."""
    total, count = _sums(node)
    return total / count


def _sums(node: dict[str, object]) -> tuple[float, float]:
    if "split_feature" not in node:
        count = float(node["leaf_count"]) if "leaf_count" in node else 1.0  # type: ignore[arg-type]
        return float(node["leaf_value"]) * count, count  # type: ignore[arg-type]
    left, right = _sums(node["left_child"]), _sums(node["right_child"])  # type: ignore[arg-type]
    return left[0] + right[0], left[1] + right[1]


def _at_most(threshold: float) -> np.float32:
    """Return the largest 32-bit number that is not above a threshold: the same question for 32-bit evidence."""
    near = np.float32(threshold)
    return near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf))


def _merged(batch: Batch, parts: Sequence[tuple[Mask, Weights]]) -> Spoken:
    """Take each line's scores from the table that it goes by; lines without a table have no known word."""
    found = weigh(batch, np.full(1 << BUCKET_BITS, UNKNOWN, dtype=np.int8))
    for chosen, table in parts:
        spoken = weigh(batch, table)
        for into, of in ((found.score, spoken.score), (found.known, spoken.known)):
            into[chosen] = of[chosen]
    return found


def _counts(batch: Batch) -> scipy.sparse.csr_matrix:
    """Return each line's words and pairs by bucket, divided by the root of their number."""
    one, two = buckets(batch)
    count = batch.last - batch.first
    line = np.repeat(np.arange(count.size), count)
    values = (1 / np.sqrt(np.maximum(1, 2 * count)))[line]
    found = scipy.sparse.csr_matrix((np.tile(values, 2), (np.tile(line, 2), np.concatenate([one, two]))), shape=(count.size, 1 << BUCKET_BITS))
    found.sum_duplicates()
    return found
