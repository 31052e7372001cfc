"""The gate: apply a stage's suite to its metrics frame, and say which documents go to quarantine and whether the run must stop.

Cost: importing Great Expectations takes 3 to 6 s once in a process, a suite 0.15 s on a few rows and 0.4 s on 100,000. The ids of failing rows
are read from the same evaluation that gives the outcome: the index positions of a COMPLETE result, which costs no more than a SUMMARY.
(Naming the id column to the library costs ten times as much, because it makes a dictionary for each failing row.)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from checks import relate
from checks.check import Check, Table
from checks.limits import Limits
from checks.suites import SUITES
from copydesk.report.record import Outcome

if TYPE_CHECKING:  # an annotation must not cost the import
    import pandas as pd
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

__all__ = ["GateResult", "validate"]

_NO_FACTS: Mapping[str, float] = MappingProxyType({})
_NAMED = 3  # so many failing rows are named in an outcome; the rest is in the quarantine


@dataclass(frozen=True, slots=True)
class GateResult:
    """What a gate found: an outcome per check in the suite's order, and for each rejected document's id the first check that it failed."""

    stage: str
    outcomes: tuple[Outcome, ...]
    rejected: Mapping[str, str]

    @property
    def stops(self) -> tuple[Outcome, ...]:
        """Return the outcomes for which the run must not publish: failed, critical, and not about single documents."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed and outcome.severity == "critical" and not outcome.row_level)


@dataclass(frozen=True, slots=True)
class _Finding:
    """An outcome with the positions of the rows that failed."""

    outcome: Outcome
    positions: Sequence[int] = ()


def validate(
    stage: str,
    frame: "pa.Table | pd.DataFrame",
    limits: Limits,
    *,
    ids_in: Sequence[str] | None = None,
    facts: Mapping[str, float] = _NO_FACTS,
) -> GateResult:
    """Apply a stage's suite to its metrics frame.

    Args:
        stage: one of `copydesk.metrics.STAGES`.
        frame: the stage's metrics, as `copydesk.metrics.METRICS` declares them; 0 rows are fine.
        limits: the thresholds.
        ids_in: the ids of the documents that entered the stage; without them "nothing lost, nothing added" is not judged and has no outcome.
        facts: the figures that a suite asks for; "duplicates" needs "threshold" and "containment".

    Returns:
        The outcomes and the rejected documents. A frame that breaks its schema is judged no further: then the outcomes are those of the schema only.
        A check that could not be evaluated counts as a failed critical one about the whole table, for it did not say yes.

    Raises:
        ValueError: the stage has no suite, or a fact is missing.
    """
    if stage not in SUITES:
        msg = f"{stage} has no suite; stages are {', '.join(SUITES)}"
        raise ValueError(msg)
    suite = SUITES[stage](limits)
    missing = {name for check in suite for name in check.facts} - facts.keys()
    if missing:
        msg = f"the suite of {stage} needs the facts {', '.join(sorted(missing))}"
        raise ValueError(msg)
    table, batches = relate.as_table(frame), _batches()

    def judge(of: Table, rows: "pd.DataFrame") -> dict[str, _Finding]:
        return _judge([check for check in suite if check.of == of], rows, facts, batches)

    findings = judge("schema", relate.schema(stage, table))
    rejected: dict[str, str] = {}
    if all(finding.outcome.passed for finding in findings.values()):
        documents = relate.documents(stage, table)
        findings |= judge("documents", documents)
        for check in suite:
            if check.on_rows:
                for document_id in documents["id"].iloc[list(findings[check.name].positions)].dropna():
                    rejected.setdefault(document_id, check.name)
        if ids_in is not None:
            findings |= judge("identities", relate.identities(documents["id"], ids_in))
        findings |= judge("acceptance", relate.acceptance(documents, rejected))
    return GateResult(stage, tuple(findings[check.name].outcome for check in suite if check.name in findings), MappingProxyType(rejected))


def _batches() -> "BatchDefinition[Any]":
    """Return the library's door for data frames, on a context of its own: one that threads shared failed 34 of 40 jobs."""
    import great_expectations as gx  # noqa: PLC0415 - takes seconds, and only a gate needs it
    from great_expectations.data_context.types import base  # noqa: PLC0415 - as above

    stores = base.InMemoryStoreBackendDefaults()  # the library's own choice would make a folder for its Data Docs each time
    config = base.DataContextConfig(store_backend_defaults=stores, progress_bars=base.ProgressBarsConfig(globally=False), analytics_enabled=False)
    context = gx.get_context(mode="ephemeral", project_config=config)
    return context.data_sources.add_pandas("metrics").add_dataframe_asset("metrics").add_batch_definition_whole_dataframe("metrics")


def _judge(checks: Sequence[Check], rows: "pd.DataFrame", facts: Mapping[str, float], batches: "BatchDefinition[Any]") -> dict[str, _Finding]:
    """Return what each check finds in one table."""
    findings, asked = {}, {}
    for check in checks:
        if len(rows) < check.needs_rows:
            findings[check.name] = _Finding(_outcome(check, passed=True, observed=f"not judged on {len(rows)} rows", total=len(rows)))
        else:
            asked[check.name] = check
    if not asked:
        return findings
    from great_expectations import ExpectationSuite  # noqa: PLC0415 - takes seconds, and only a gate needs it

    results = batches.get_batch({"dataframe": rows}).validate(
        ExpectationSuite(name="metrics", expectations=[check.build() for check in asked.values()]),
        result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False},
        expectation_parameters=dict(facts),
    )
    found = {asked_for.meta["check"]: result for result in results.results if (asked_for := result.expectation_config) and asked_for.meta}
    return findings | {name: _read(check, found.get(name), rows) for name, check in asked.items()}


def _read(check: Check, found: "ExpectationValidationResult | None", rows: "pd.DataFrame") -> _Finding:
    """Translate a result of the library, whose figures may be numpy's and whose shares of nothing are None."""
    if found is None or not found.result:
        failed = replace(check, severity="critical", on_rows=False)
        return _Finding(_outcome(failed, passed=False, observed="could not be evaluated", total=len(rows)))
    passed, result = bool(found.success), found.result
    if "unexpected_count" not in result:
        return _Finding(_outcome(check, passed=passed, observed=f"{result['observed_value']:.4g}", total=len(rows)))
    unexpected, total = int(result["unexpected_count"]), int(result["element_count"])
    positions = [int(position) for position in result["unexpected_index_list"]]
    observed = f"{unexpected} of {total}" + (f": {_named(check, rows, positions)}" if unexpected else "")
    return _Finding(_outcome(check, passed=passed, observed=observed, unexpected=unexpected, total=total), positions)


def _outcome(check: Check, *, passed: bool, observed: str, unexpected: int = 0, total: int = 0) -> Outcome:
    return Outcome(check.name, check.column, check.severity, passed, check.words, check.advice, observed, unexpected, total, check.on_rows)


def _named(check: Check, rows: "pd.DataFrame", positions: Sequence[int]) -> str:
    """Name the first failing rows: a column with its types, a document by its id (cut, for an id comes from outside)."""
    first = rows.iloc[list(positions[:_NAMED])]
    names: Iterable[str]
    if check.of == "schema":
        names = (f"{row['column']} ({row['found']} for {row['declared']}, {row['missing']} missing)" for _, row in first.iterrows())
    else:
        names = (str(document_id)[:40] for document_id in first["id"])
    return ", ".join(names) + (", ..." if len(positions) > _NAMED else "")
