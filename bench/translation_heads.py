"""Fit the heads of the translation model: logistic regressions on window evidence, their limits by length, their calibration."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.sparse

from bench.translation_documents import ERAS, Evidence, Record, weights
from copydesk.translation.model.file import HEADS, Heads
from copydesk.translation.model.masked import BUCKETS

__all__ = ["BOUNDS", "Scored", "calibrated", "fitted", "margins"]

BOUNDS = (120, 200, 450)
"""Words at which the next class of lengths begins."""
FALSE = 0.01
# How the false positives are shared out, and what a head's figures count beside its n-grams: the best of seven settings on scores out of fold.
_SPENT = {"old": 0.4, "neural": 0.35, "spun": 0.25}
_FIGURES = {"old": 0.6, "neural": 0.2, "spun": 3.0}
_RIDGE_FIGURES = 0.1
# N-grams are scaled by the root of their frequency, so that frequent ones do not drown the others; the second figure holds very rare ones back.
_RIDGE_MASKED = 0.03
_RARE = 3e-4
_PRIOR = 0.1

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scored:
    """Documents that were scored by models that had not seen their groups: scores (documents x heads), words, and which documents they are."""

    scores: Floats
    words: npt.NDArray[np.int64]
    record: npt.NDArray[np.int64]


def _logistic(matrix: Floats | scipy.sparse.csr_matrix, machine: Flags, weight: Floats, ridge: float, rounds: int) -> Floats:
    """Return the coefficients and, last, the constant of a weighted logistic regression with a ridge penalty."""
    sign = np.where(machine, 1.0, -1.0)
    weight = weight / weight.sum()

    def loss(point: Floats) -> tuple[float, Floats]:
        margin = sign * (matrix @ point[:-1] + point[-1])
        pull = -sign * weight / (1 + np.exp(np.clip(margin, -500, 500)))
        value = float((weight * np.logaddexp(0, -margin)).sum() + 0.5 * ridge * (point[:-1] ** 2).sum())
        return value, np.append(matrix.T @ pull + ridge * point[:-1], pull.sum())

    start = np.zeros(matrix.shape[1] + 1)
    found: Floats = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x
    return found


def fitted(found: Evidence, documents: list[Record], chosen: Flags) -> Heads:
    """Fit all heads on the chosen documents; limits and calibration are still to come."""
    windows = np.bincount(found.document, minlength=len(documents))
    columns, constants, masked, units = [], [], [], []
    for head in HEADS:
        per_window = (weights(documents, chosen, head) / np.maximum(windows, 1))[found.document]
        rows = per_window > 0
        weight = per_window[rows] / per_window[rows].sum()
        machine = np.array([record.kind == head for record in documents])[found.document][rows]
        figures = found.figures[rows]
        mean = (figures * weight[:, None]).sum(axis=0)
        spread = np.sqrt((weight[:, None] * (figures - mean) ** 2).sum(axis=0)) + 1e-6
        point = _logistic((figures - mean) / spread, machine, weight, _RIDGE_FIGURES, 200)
        scale = _FIGURES[head] / np.std((figures - mean) / spread @ point[:-1])
        columns.append(point[:-1] / spread * scale)
        constants.append(-float((mean * columns[-1]).sum()))
        company = found.masked[rows]
        scale = 1 / np.sqrt(company.T @ weight + _RARE)
        point = scale * _logistic((company @ scipy.sparse.diags(scale)).tocsr(), machine, weight, _RIDGE_MASKED, 40)[:-1]
        point /= np.std(company @ point)
        unit = np.quantile(np.abs(point), 0.9995) / 127
        masked.append(np.clip(np.rint(point / unit), -127, 127).astype(np.int8))
        units.append(unit)
    none = np.zeros((len(BOUNDS) + 1, len(HEADS)))
    table = np.stack(masked, axis=1).reshape(BUCKETS, len(HEADS))
    bounds = np.array(BOUNDS, dtype=np.int64)
    return Heads(np.stack(columns, axis=1), np.array(constants), table, np.array(units), bounds, none, none + 1, none[:, 0], none[:, 0])


def margins(scored: Scored, heads: Heads) -> Floats:
    """Return by how much the highest head of each document exceeds its limit."""
    row = np.searchsorted(heads.bounds, scored.words, side="right")
    found: Floats = ((scored.scores - heads.limit[row]) / heads.spread[row]).max(axis=1)
    return found


def calibrated(heads: Heads, scored: Scored, documents: list[Record]) -> Heads:
    """Set limits so that all heads together flag one human document in a hundred of each class of lengths, and fit the probabilities."""
    era = np.array([documents[at].era for at in scored.record])
    human = era == "human"
    row = np.searchsorted(heads.bounds, scored.words, side="right")
    limit, spread = np.zeros_like(heads.limit), np.ones_like(heads.spread)
    slope, base = np.zeros(len(limit)), np.zeros(len(limit))
    for number in range(len(limit)):
        here = row == number
        people = scored.scores[here & human]
        middle = np.median(people, axis=0)
        factors = np.linspace(1, 3, 81)
        for factor in factors:
            limit[number] = [np.quantile(people[:, at], 1 - FALSE * _SPENT[head] * factor) for at, head in enumerate(HEADS)]
            spread[number] = limit[number] - middle
            if float((((people - limit[number]) / spread[number]).max(axis=1) > 0).mean()) >= FALSE:
                break
        beyond = ((scored.scores[here] - limit[number]) / spread[number]).max(axis=1)
        weight = np.zeros(int(here.sum()))
        eras = era[here]
        present = [name for name in ERAS if (eras == name).any()]
        weight[eras == "human"] = (1 - _PRIOR) / (eras == "human").sum()
        for name in present:
            weight[eras == name] = _PRIOR / len(present) / (eras == name).sum()
        slope[number], base[number] = _logistic(beyond[:, None], eras != "human", weight, 0.0, 100)
        # None of these texts that people wrote in English themselves may pass one half: then one in a hundred does of texts that the constants did not see.
        own = np.array([documents[at].original for at in scored.record[here]])
        base[number] = min(base[number], -slope[number] * float(beyond[own].max()))
    return Heads(heads.weights, heads.bias, heads.masked, heads.unit, heads.bounds, limit, spread, slope, base)
