"""How a stage meets a document: law 9, whatever a step does."""

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.document import Document, Edit, Flag, Rejection
from copydesk.errors import LedgerError
from copydesk.stage import EditStage, FlagStage, Together, advance, advance_all

TEXT = "One line.\nAnother line.\n"
DOCUMENT = Document(id="1", source="raw/a.txt", site="raw", text=TEXT)
FIRST = Edit("tidy", "first", 0, 4, "One ", "")


class MuteError(Exception):
    """A fault that cannot even be printed."""

    def __str__(self) -> str:
        """Fail, as a broken library's exception does."""
        raise RuntimeError


def raising(fault: Exception):
    """A step that ends with that fault."""

    def step(_: Document):
        raise fault

    return step


def looping(document: Document):
    """A step that never comes to an end by itself."""
    return looping(document)


FAULTS = [
    ValueError("no"),
    LedgerError("no"),
    MemoryError(),
    RecursionError(),
    KeyError("k"),
    AssertionError(),
    StopIteration(),
    UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "surrogates not allowed"),
    ValueError("half a pair: \ud83d"),
    ValueError("x" * 100_000),
    MuteError(),
]
BAD_STEPS = {
    **{f"raises-{type(fault).__name__}-{at}": raising(fault) for at, fault in enumerate(FAULTS)},
    "recursion": looping,
    "not-a-list": lambda _: 3,
    "nothing": lambda _: None,
    "not-edits": lambda _: ["edit"],
    "wrong-before": lambda _: [Edit("tidy", "r", 0, 3, "two", "")],
    "outside": lambda d: [Edit("tidy", "r", len(d.text), len(d.text) + 1, "x", "")],
    "negative": lambda _: [Edit("tidy", "r", -3, -1, "e.", "")],
    "overlapping": lambda _: [Edit("tidy", "r", 0, 3, "One", ""), Edit("tidy", "r", 2, 4, "e ", "")],
    "half-a-surrogate-pair": lambda _: [Edit("tidy", "r", 0, 3, "One", "\ud83d")],
    "broken-generator": lambda d: (raising(ValueError("late"))(d) if at else FIRST for at in range(2)),
}


@pytest.mark.parametrize("step", BAD_STEPS.values(), ids=BAD_STEPS)
def test_a_step_that_fails_costs_its_document_only(step):
    """Law 9: the document is rejected, its text and edits are as they were, and its row can be written."""
    found = advance(EditStage("tidy", 1, (lambda _: [FIRST], step)), DOCUMENT)
    assert found.rejection is not None
    assert (found.rejection.stage, found.rejection.reason) == ("tidy", "stage_error")
    assert replace(found, rejection=None) == DOCUMENT
    assert 0 < len(found.rejection.detail.encode("utf-8")) < 3_000


@pytest.mark.parametrize("judge", [*BAD_STEPS.values()][: len(FAULTS) + 3], ids=[*BAD_STEPS][: len(FAULTS) + 3])
def test_a_judge_that_fails_costs_its_document_only(judge):
    """Law 9 for stages that flag."""
    found = advance(FlagStage("look", 1, (judge,)), DOCUMENT)
    assert found.rejection is not None
    assert found.rejection.stage == "look"
    assert replace(found, rejection=None) == DOCUMENT


@given(st.integers(-5, 40), st.integers(-5, 40))
def test_a_flag_outside_the_text_rejects(start, end):
    """Law 7: every span lies inside the text it speaks of, or is not taken."""
    found = advance(FlagStage("look", 1, (lambda _: [Flag("look", "r", start, end)],)), DOCUMENT)
    inside = 0 <= start <= end <= len(TEXT)
    assert (found.rejection is None) is inside
    assert len(found.flags) == inside


def test_steps_see_what_the_step_before_left():
    """The second step's offsets speak of the first one's text, and both are on record in that order."""
    second = Edit("tidy", "second", 0, 5, "line.", "LINE.")
    found = advance(EditStage("tidy", 1, (lambda _: [FIRST], lambda d: [second] if d.text.startswith("line") else [])), DOCUMENT)
    assert found.text == "LINE.\nAnother line.\n"
    assert found.edits == (FIRST, second)
    assert found.rejection is None


def test_a_stage_without_edits_returns_the_document_itself():
    """Nothing to do is nothing done."""
    assert advance(EditStage("tidy", 1, (lambda _: [],)), DOCUMENT) is DOCUMENT


def test_flags_move_along_with_the_text_that_they_speak_of():
    """What an early stage said of a passage is still true after a later stage's edits; what it said of a passage that was cut goes with it."""
    said = (Flag("look", "line", 4, 9), Flag("look", "head", 0, 3), Flag("tidy", "old", 0, 1))
    done = advance(EditStage("tidy", 1, (lambda _: [FIRST],), (lambda d: [Flag("tidy", "new", 0, len(d.text))],)), replace(DOCUMENT, flags=said))
    assert [(flag.rule, done.text[flag.start : flag.end]) for flag in done.flags] == [("line", "line."), ("new", done.text)]


def test_a_step_that_judges_together_sees_all_that_are_alive():
    """It is asked once; who was rejected before is not shown to it, and each gets the edits that are his."""
    asked: list[list[str]] = []

    def judge(documents):
        asked.append([one.id for one in documents])
        return [[FIRST] if one.id == "1" else [] for one in documents]

    rejected = replace(DOCUMENT, id="3", rejection=Rejection("ingest", "empty"))
    done = advance_all(EditStage("tidy", 1, (Together(judge),)), [DOCUMENT, replace(DOCUMENT, id="2"), rejected])
    assert asked == [["1", "2"]]
    assert [one.text for one in done] == ["line.\nAnother line.\n", TEXT, TEXT]
    assert done[2] is rejected
    assert advance(EditStage("tidy", 1, (Together(judge),)), DOCUMENT) == done[0]


@pytest.mark.parametrize("poison", [lambda _: 1 / 0, lambda found: found[:-1]])
def test_a_poisonous_document_costs_itself_where_all_are_judged_together(poison):
    """Where the whole batch fails, each is judged alone; who fails alone is rejected, the others are as if it had not been there."""

    def judge(documents):
        found = [[FIRST] for _ in documents]
        return poison(found) if any(one.id == "2" for one in documents) else found

    first, second, third = advance_all(EditStage("tidy", 1, (Together(judge),)), [replace(DOCUMENT, id=name) for name in "123"])
    assert (first.text, third.text) == ("line.\nAnother line.\n",) * 2
    assert second.text == TEXT
    assert second.rejection
    assert second.rejection.reason == "stage_error"


def test_flags_of_a_second_run_replace_those_of_the_first():
    """Law 2 for flags: judging again does not pile up; other stages' flags stay, and the text is never touched."""
    others = (Flag("language", "language", 0, 5, value="en"),)
    stage = FlagStage("look", 1, (lambda d: [Flag("look", "n", 0, 1, evidence=str(len(d.flags)))], lambda _: [Flag("look", "m", 1, 2)]))
    once = advance(stage, replace(DOCUMENT, flags=others))
    twice = advance(stage, once)
    assert [flag.rule for flag in twice.flags] == ["language", "n", "m"]
    assert twice.flags[0] == others[0]
    assert once.text == twice.text == TEXT


def test_a_rejected_document_passes_untouched():
    """No later stage judges a quarantined document, whatever the stage would do."""
    rejected = replace(DOCUMENT, rejection=Rejection("ingest", "empty"))
    assert advance(EditStage("tidy", 1, (raising(ValueError()),)), rejected) is rejected
    assert advance(FlagStage("look", 1, (raising(ValueError()),)), rejected) is rejected


def test_interruption_is_not_a_fault_of_the_text():
    """A user who interrupts a run wants it to end."""

    def interrupted(_: Document):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        advance(EditStage("tidy", 1, (interrupted,)), DOCUMENT)


def test_what_a_document_says_of_itself():
    """The last flag of a name counts; without one the language is unknown and there is no score."""
    flags = (Flag("language", "language", 0, 1, value="de"), Flag("language", "language", 0, 1, value="fr"), Flag("translation", "score", 0, 1, score=0.25))
    assert (DOCUMENT.language, DOCUMENT.translation_score, DOCUMENT.flag("x", "y")) == ("und", None, None)
    assert (replace(DOCUMENT, flags=flags).language, replace(DOCUMENT, flags=flags).translation_score) == ("fr", 0.25)


def test_documents_travel_to_workers():
    """Plain data pickles, and comes back equal."""
    found = replace(DOCUMENT, edits=(FIRST,), flags=(Flag("a", "b", 0, 1),), rejection=Rejection("a", "b"))
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes
