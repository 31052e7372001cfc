"""The suites and the gate: good figures pass, and every seeded fault makes just the check fail that guards against it."""

import json
import subprocess
import sys
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.check import Check
from checks.explain import explain, export
from checks.gate import GateResult, validate
from checks.limits import Limits
from checks.suites import SUITES
from copydesk.errors import InputError
from copydesk.metrics import METRICS, STAGES

CASES = json.loads((Path(__file__).parent / "cases" / "checks.json").read_text("utf-8"))
FACTS = {"threshold": 0.7, "containment": 0.8}
IDS = [f"d{n:02}" for n in range(60)]
EVERYWHERE = [
    {"severity": "critical", "effect": "stops", **fault, "stage": stage, "fails": fault["fails"].format(stage=stage)}
    for fault in CASES["everywhere"]
    for stage in STAGES
]
FAULTS = CASES["faults"] + EVERYWHERE


@pytest.fixture(scope="module", autouse=True)
def _great_expectations():
    """Import the library once, outside the tests: it warns about a module of Python that it uses itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations  # noqa: F401


def good_rows(stage: str, count: int = len(IDS)) -> list[dict[str, Any]]:
    """Return rows in which nothing is wrong."""
    return [{"id": name, **CASES["good"][stage]} for name in IDS[:count]]


def as_table(stage: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Return the rows with the declared types."""
    return pa.Table.from_pylist(rows, schema=METRICS[stage])


def faulty_table(fault: Mapping[str, Any]) -> pa.Table:
    """Return a good frame with one fault in it."""
    stage, rows = fault["stage"], good_rows(fault["stage"])
    for row in rows[: fault.get("rows", 0)]:
        row.update(fault["set"])
    if fault.get("blank"):
        rows[0][next(field.name for field in METRICS[stage] if field.type == pa.int64())] = None
    if "append" in fault:
        rows.append(rows[0] | fault["append"])
    if fault.get("drop_row"):
        rows.pop()
    table = as_table(stage, rows)
    for name, value in fault.get("add", {}).items():
        column = pa.array([value] * len(rows))
        table = table.set_column(table.schema.get_field_index(name), name, column) if name in table.column_names else table.append_column(name, column)
    return table.drop_columns([fault["drop_column"]]) if "drop_column" in fault else table


def failed(result: GateResult) -> set[str]:
    """Return the names of the checks that failed."""
    return {outcome.name for outcome in result.outcomes if not outcome.passed}


@pytest.mark.parametrize("stage", STAGES)
def test_a_good_frame_passes_every_check(stage):
    """All checks of the suite have an outcome, and none fails, rejects or stops."""
    result = validate(stage, as_table(stage, good_rows(stage)), Limits(), ids_in=IDS, facts=FACTS)
    assert [outcome.name for outcome in result.outcomes] == [check.name for check in SUITES[stage](Limits())]
    assert (failed(result), dict(result.rejected), result.stops) == (set(), {}, ())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['fails']}: {fault['label']}")
def test_a_fault_makes_just_its_check_fail(fault):
    """A seeded fault is found by the check that guards against it, at its severity and with its effect, and by no other."""
    result = validate(fault["stage"], faulty_table(fault), Limits(), ids_in=IDS, facts=FACTS)
    assert failed(result) == {fault["fails"], *fault.get("also", ())}
    outcome = next(outcome for outcome in result.outcomes if outcome.name == fault["fails"])
    assert outcome.severity == fault["severity"]
    assert ([stop.name for stop in result.stops] == [fault["fails"]]) == (fault["effect"] == "stops")
    assert set(result.rejected) == ({IDS[0]} if fault["effect"] == "quarantines" else set(IDS[: fault["rows"]]) if fault.get("also") else set())
    assert fault["effect"] != "quarantines" or (outcome.row_level and result.rejected[IDS[0]] == fault["fails"])


def test_every_check_has_a_fault_that_it_finds():
    """A check that nothing makes fail guards nothing."""
    assert {fault["fails"] for fault in FAULTS} == {check.name for suite in SUITES.values() for check in suite(Limits())}


@pytest.mark.parametrize("case", CASES["passes"], ids=lambda case: case["label"])
def test_what_looks_odd_but_is_fine_passes(case):
    """Checks let pass what is rare and right."""
    rows = good_rows(case["stage"])
    rows[0] |= case["set"]
    assert failed(validate(case["stage"], as_table(case["stage"], rows), Limits(), ids_in=IDS, facts=FACTS)) == set()


def test_accounts_of_what_is_no_document_say_nothing_against_the_source():
    """Each of 40 archives may have a row that counts its pictures: they are told, and stop nothing; as many that cannot be read do stop."""
    rows = good_rows("ingest")
    for row in rows[:40]:
        row |= {"reason": "passed_over", "chars": 0, "bytes": 0, "encoding": "", "confidence": 0.0}
    result = validate("ingest", as_table("ingest", rows), Limits(), ids_in=IDS)
    assert (failed(result), set(result.rejected), result.stops) == ({"record_is_readable"}, set(IDS[:40]), ())
    rows[41] |= {"chars": 0}
    assert validate("ingest", as_table("ingest", rows), Limits(), ids_in=IDS).rejected[IDS[41]] == "text_is_not_empty"
    for row in rows[40:52]:
        row |= {"reason": "too_large"}
    stops = validate("ingest", as_table("ingest", rows), Limits(), ids_in=IDS).stops
    assert [stop.name for stop in stops] == ([] if len(rows) - 40 < Limits().min_rows_for_shares else ["ingest_quarantines_few"])


def test_what_a_person_had_forgotten_says_nothing_against_the_source():
    """Most of a source may be forgotten: its records are held back one by one, and the run goes on."""
    rows = good_rows("ingest")
    for row in rows[:50]:
        row |= {"reason": "forgotten", "chars": 0, "bytes": 0, "encoding": "", "confidence": 0.0}
    result = validate("ingest", as_table("ingest", rows), Limits(), ids_in=IDS)
    assert (failed(result), set(result.rejected), result.stops) == ({"record_is_not_forgotten"}, set(IDS[:50]), ())


@pytest.mark.parametrize("stage", STAGES)
def test_an_empty_frame_passes(stage):
    """A night without new documents is no fault."""
    result = validate(stage, METRICS[stage].empty_table(), Limits(), ids_in=[], facts=FACTS)
    assert (failed(result), dict(result.rejected)) == (set(), {})


def test_an_empty_data_frame_passes():
    """A pandas frame of no rows has no types; its names are enough."""
    import pandas as pd

    assert failed(validate("language", pd.DataFrame(columns=METRICS["language"].names), Limits())) == set()


def test_shares_are_not_judged_on_few_documents():
    """Of four documents all may be bad: they are quarantined, and the run goes on."""
    rows = [row | {"nuls": 1} for row in good_rows("encoding", 4)]
    result = validate("encoding", as_table("encoding", rows), Limits(), ids_in=IDS[:4])
    assert (set(result.rejected), result.stops) == (set(IDS[:4]), ())
    assert next(outcome.observed for outcome in result.outcomes if outcome.name == "encoding_quarantines_few") == "not judged on 4 rows"


def test_without_the_ids_that_came_in_nothing_is_said_about_them():
    """A check that was not made has no outcome: it neither passed nor failed."""
    names = {outcome.name for outcome in validate("language", as_table("language", good_rows("language", 1)), Limits()).outcomes}
    assert names == {check.name for check in SUITES["language"](Limits()) if check.of != "identities"}


def test_the_first_check_in_the_suite_gives_the_reason():
    """A document that fails twice is quarantined once, for the reason that is told first."""
    rows = good_rows("ingest", 2)
    rows[0] |= {"reason": "too_large", "chars": 0}
    rows[1] |= {"chars": 0}
    result = validate("ingest", as_table("ingest", rows), Limits())
    assert dict(result.rejected) == {"d00": "record_is_readable", "d01": "text_is_not_empty"}


def test_a_frame_of_pandas_is_judged_like_one_of_arrow():
    """Both give the same outcomes."""
    rows = good_rows("encoding", 3)
    rows[1] |= {"nuls": 2}
    table = as_table("encoding", rows)
    assert validate("encoding", table.to_pandas(), Limits()) == validate("encoding", table, Limits())


def test_a_broken_schema_is_named_and_nothing_else_is_judged():
    """A text column never reaches an expectation, so it cannot reach a result."""
    table = as_table("encoding", good_rows("encoding", 2)).append_column("text", pa.array(["a secret"] * 2))
    outcomes = validate("encoding", table, Limits(), ids_in=IDS[:2]).outcomes
    assert [outcome.name for outcome in outcomes] == ["encoding_metrics_keep_their_schema", "encoding_metrics_are_complete"]
    assert outcomes[0].observed == "1 of 11: text (string for none, 0 missing)"


def test_a_long_id_is_cut():
    """An id comes from outside, so an outcome holds its beginning only."""
    rows = good_rows("encoding", 1)
    rows[0] |= {"id": "x" * 5000, "nuls": 1}
    result = validate("encoding", as_table("encoding", rows), Limits())
    assert max(len(outcome.observed) for outcome in result.outcomes) < 100
    assert list(result.rejected) == ["x" * 5000]


def test_a_check_that_cannot_be_evaluated_stops_the_run(monkeypatch):
    """What did not say yes counts as no, however mild the check was meant."""
    broken = Check(
        name="broken",
        expectation="ColumnValuesToBeInSet",
        arguments={"column": "nowhere", "value_set": [1]},
        severity="info",
        on_rows=True,
        words="",
        advice="",
    )
    monkeypatch.setattr("checks.gate.SUITES", {"language": lambda _: [broken]})
    result = validate("language", as_table("language", good_rows("language", 2)), Limits())
    assert [(outcome.name, outcome.observed) for outcome in result.stops] == [("broken", "could not be evaluated")]
    assert not result.rejected


def test_a_missing_fact_or_suite_is_an_error():
    """The flow must know what a suite needs: a default would judge by another threshold than the run's."""
    with pytest.raises(ValueError, match="needs the facts containment, threshold"):
        validate("duplicates", METRICS["duplicates"].empty_table(), Limits())
    with pytest.raises(ValueError, match="printing has no suite"):
        validate("printing", METRICS["ingest"].empty_table(), Limits())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60), st.sampled_from(["", "stage_error"])), min_size=1, max_size=30))
def test_rejected_are_just_the_rows_that_fail(figures):
    """The gate rejects the documents of which the plain rule says so, for the first rule that says it."""
    rows = [row | {"nuls": n, "mojibake": m, "chars_out": 1000, "failed": f} for row, (n, m, f) in zip(good_rows("encoding"), figures, strict=False)]
    expected = {}
    for row in rows:
        if row["failed"]:
            expected[row["id"]] = "encoding_did_not_fail"
        elif row["nuls"]:
            expected[row["id"]] = "no_nul_is_left"
        elif row["mojibake"] > Limits().max_mojibake:
            expected[row["id"]] = "mojibake_is_repaired"
    assert dict(validate("encoding", as_table("encoding", rows), Limits(), ids_in=[row["id"] for row in rows]).rejected) == expected


def test_gates_on_several_threads_do_not_disturb_each_other():
    """The library keeps a current context for the whole process; each gate has its own all the same."""

    def one(turn: int) -> tuple[str, set[str], set[str]]:
        stage = STAGES[turn % len(STAGES)]
        rows = good_rows(stage, 5 + turn)
        return stage, failed(validate(stage, as_table(stage, rows), Limits(), ids_in=IDS[: 6 + turn], facts=FACTS)), {f"{stage}_loses_no_document"}

    with ThreadPoolExecutor(8) as pool:
        for stage, found, expected in pool.map(one, range(10)):
            assert found == expected, stage


def test_there_is_a_suite_for_each_stage_and_each_name_is_there_once():
    """A name is the reason of a quarantined row, so it must lead to one check; each says what it guards and what to do."""
    checks = [check for suite in SUITES.values() for check in suite(Limits())]
    assert tuple(SUITES) == STAGES
    assert len({check.name for check in checks}) == len(checks)
    assert all(check.name.isidentifier() and check.name == check.name.lower() and check.words and check.advice for check in checks)


def test_a_row_level_check_looks_at_documents_and_never_stops_a_run():
    """A document that fails costs itself: a critical row-level check would be told as if the run had failed."""
    on_rows = [check for suite in SUITES.values() for check in suite(Limits()) if check.on_rows]
    assert on_rows
    assert {(check.of, check.severity) for check in on_rows} <= {("documents", "warning"), ("documents", "info")}


def test_limits_reach_the_suites():
    """A limit that is turned changes what passes."""
    rows = good_rows("encoding", 1)
    rows[0] |= {"chars_out": 1000, "mojibake": 5}
    table = as_table("encoding", rows)
    assert (failed(validate("encoding", table, Limits())), failed(validate("encoding", table, Limits(max_mojibake=4)))) == (
        set(),
        {"mojibake_is_repaired"},
    )


def test_documents_that_read_translated_are_held_back_where_that_is_asked():
    """By default none is: a score is no verdict. With a limit, those above it are held back by the name of the check, and one without a score is not."""
    rows = good_rows("translation", 3)
    for row, score in zip(rows, (0.95, 0.5, None), strict=True):
        row["score"] = score
    table = as_table("translation", rows)
    assert not validate("translation", table, Limits()).rejected
    asked = validate("translation", table, Limits(max_translated_score=0.9))
    assert dict(asked.rejected) == {IDS[0]: "document_does_not_read_translated"}


def test_a_misspelt_limit_is_an_error():
    """It would silently do nothing."""
    with pytest.raises(ValidationError, match="max_mojibakes"):
        Limits(max_mojibakes=3)


@pytest.mark.parametrize("stage", STAGES)
def test_a_suite_is_exported_in_the_form_of_the_library(stage):
    """The JSON can be stored, and the library makes the same expectations of it."""
    import great_expectations as gx

    exported = json.loads(json.dumps(export(stage, Limits())))
    read = gx.ExpectationSuite(**exported)
    assert [expectation.meta["check"] for expectation in read.expectations] == [check.name for check in SUITES[stage](Limits())]
    assert read.to_json_dict() == exported


def test_a_check_and_a_stage_are_explained():
    """A name from a report leads to its meaning, a stage to all of its checks, and a misspelt name to help."""
    assert "stops the run" in explain("copies_name_a_kept_document")
    assert all(check.name in explain("publish") for check in SUITES["publish"](Limits()))
    with pytest.raises(InputError, match="name a stage"):
        explain("copies_name")


def test_reading_the_suites_imports_neither_great_expectations_nor_pandas():
    """`copydesk --help` must not pay seconds for what only a gate needs."""
    code = "import sys, checks.gate, checks.explain; print([n for n in ('great_expectations', 'pandas', 'prefect') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
