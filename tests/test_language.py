"""The language of a document, or "und" with a reason: cases as data, laws as properties."""

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.document import Document
from copydesk.language.identify import identify, judge, stage
from copydesk.settings import LanguageSettings
from copydesk.stage import advance

SETTINGS = LanguageSettings()
_LETTERS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz ABC \N{LATIN SMALL LETTER E WITH ACUTE}\N{CYRILLIC SMALL LETTER BE}\N{CYRILLIC SMALL LETTER A}"))


def _cases():
    cases = json.loads((Path(__file__).parent / "cases" / "language.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"], marks=[pytest.mark.xfail] if case.get("known_failure") else []) for case in cases]


def _document(text):
    return Document(id="d", source="s", site="x", text=text)


@pytest.mark.parametrize("case", _cases())
def test_language_cases(case):
    """Each text is in the language that the case names, for the reason that it names."""
    guess = identify(case["text"], SETTINGS)
    assert guess.language == case["language"]
    assert guess.reason.startswith(case.get("reason", ""))


@settings(max_examples=150, deadline=None)
@given(_LETTERS | st.text(st.characters(exclude_categories=())))
def test_no_text_raises_and_each_gets_one_flag(text):
    """Law 9, and the shape of the answer: one flag over the whole text, a probability, a reason; a called language is as sure as was asked."""
    [flag] = judge(_document(text), SETTINGS)
    assert (flag.stage, flag.rule, flag.start, flag.end) == ("language", "language", 0, len(text))
    assert 0 <= flag.score <= 1
    assert flag.evidence
    assert flag.value == "und" or (len(flag.value) == 2 and flag.score >= SETTINGS.min_probability)


@settings(max_examples=50, deadline=None)
@given(_LETTERS, _LETTERS)
def test_the_answer_depends_on_the_text_alone(text, other):
    """Asked again, after something else, it is the same."""
    loose = LanguageSettings(min_letters=1, min_probability=0)
    first = identify(text, loose)
    identify(other, loose)
    assert identify(text, loose) == first


def test_doubt_is_und_and_says_between_what():
    """A probability below the setting is no call."""
    text = "Han har en bil og en hund og et hus"
    assert identify(text, SETTINGS).reason.startswith("too close a call: da ")
    assert identify(text, SETTINGS).language == "und"
    assert identify(text, LanguageSettings(min_probability=0)).language == "da"


def test_only_the_first_letters_count():
    """What comes after the sample does not change the answer, nor do figures before it."""
    text = "The ferry was half an hour late this morning, and the passengers waited on the pier. "
    short = LanguageSettings(sample_chars=80)
    assert identify("17 " * 500 + text, short) == identify(text + "Die Fahrg\N{LATIN SMALL LETTER A WITH DIAERESIS}ste warteten. " * 50, short)


@pytest.mark.parametrize(
    "text", ["x" * 2_000_000, "1 " * 1_000_000 + "a", "a@" * 1_000_000, "\N{CJK UNIFIED IDEOGRAPH-4E2D}" * 2_000_000], ids=["x", "1", "a@", "han"]
)
def test_a_huge_text_is_sampled(text):
    """Millions of characters are answered, whatever they are."""
    assert identify(text, SETTINGS).reason


def test_stage_pickles_and_sets_the_language():
    """A stage is sent to workers; run twice it leaves one flag."""
    again = pickle.loads(pickle.dumps(stage(SETTINGS)))  # noqa: S301 - our own bytes
    document = advance(again, advance(again, _document("The ferry was half an hour late this morning, and so were we.")))
    assert document.language == "en"
    assert len(document.flags) == 1
