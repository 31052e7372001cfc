"""The language of a document, or "und" with a reason, and its passages in another: cases as data, laws as properties."""

import json
import pickle
import re
from pathlib import Path

import pycld2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.document import Document
from copydesk.language.identify import identify, judge, stage
from copydesk.language.opinions import ELD_LANGUAGES, LANGDETECT_LANGUAGES, Opinion, cld, eld, eld_codes, langdetect, legible, named
from copydesk.language.passages import passages
from copydesk.language.relatives import relative
from copydesk.language.sampling import pieces, spread
from copydesk.language.weighing import weigh
from copydesk.settings import LanguageSettings
from copydesk.stage import advance

SETTINGS = LanguageSettings()
BY_RELATIVES = {"pcm", "ty", "yue", "nd", "und"}
KNOWN = {named(code) for _, code in pycld2.LANGUAGES} | ELD_LANGUAGES | LANGDETECT_LANGUAGES | BY_RELATIVES
ENGLISH = [
    "The ferry was half an hour late this morning, and the passengers waited on the pier.",
    "Nobody complained, for the kiosk had fresh coffee and the sun came out before nine.",
    "The captain explained that the fog had been thicker than anyone could remember in May.",
    "By noon the boats were on time again, and the harbour office counted the tickets.",
]
GERMAN = [
    "Die Fahrt nach Norden dauerte wegen des Nebels eine Stunde, und auf dem Deck war es kalt.",
    "Trotzdem waren die meisten Leute guter Dinge, denn es gab Kaffee und warme Decken.",
]
RUSSIAN = (
    "\u041f\u0430\u0440\u043e\u043c \u043e\u043f\u043e\u0437\u0434\u0430\u043b \u0441\u0435\u0433\u043e\u0434\u043d\u044f "
    "\u0443\u0442\u0440\u043e\u043c \u043d\u0430 \u043f\u043e\u043b\u0447\u0430\u0441\u0430, \u0438 \u043f\u0430\u0441\u0441\u0430\u0436\u0438\u0440\u044b "
    "\u0434\u043e\u043b\u0433\u043e \u0436\u0434\u0430\u043b\u0438 \u0435\u0433\u043e \u043d\u0430 \u043f\u0440\u0438\u0447\u0430\u043b\u0435."
)
_LETTERS = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyz ABC\n@:/\N{LATIN SMALL LETTER E WITH ACUTE}\N{CYRILLIC SMALL LETTER BE}\N{CJK UNIFIED IDEOGRAPH-4E2D}")
)
_ANYTHING = (
    _LETTERS | st.text(st.characters(exclude_categories=())) | st.lists(st.sampled_from([*ENGLISH, *GERMAN, RUSSIAN, "\ud800", "\0", ""])).map("\n".join)
)


def _cases():
    cases = json.loads((Path(__file__).parent / "cases" / "language.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"], marks=[pytest.mark.xfail] if case.get("known_failure") else []) for case in cases]


def _document(text):
    return Document(id="d", source="s", site="x", text=text)


def _passages(text):
    return [(f.value, text[f.start : f.end]) for f in judge(_document(text), SETTINGS) if f.rule == "passage"]


@pytest.mark.parametrize("case", _cases())
def test_language_cases(case):
    """Each text is in the language that the case names, for the reason that it names."""
    guess = identify(case["text"], SETTINGS)
    assert guess.language == case["language"]
    assert guess.reason.startswith(case.get("reason", ""))


@settings(max_examples=200, deadline=None)
@given(_ANYTHING)
def test_no_text_raises_and_each_gets_one_language(text):
    """Law 9, and the shape of the answer: one flag over the whole text first, a known code as sure as was asked; then passages in order, inside the text."""
    whole, *others = judge(_document(text), SETTINGS)
    assert (whole.stage, whole.rule, whole.start, whole.end) == ("language", "language", 0, len(text))
    assert whole.evidence
    assert whole.value == "und" or SETTINGS.min_probability <= whole.score <= 1
    at = 0
    for flag in others:
        assert (flag.stage, flag.rule) == ("language", "passage")
        assert at <= flag.start < flag.end <= len(text)
        assert flag.value not in {"und", whole.value}
        at = flag.end
    assert {flag.value for flag in (whole, *others)} <= KNOWN


@settings(max_examples=50, deadline=None)
@given(_ANYTHING, _ANYTHING)
def test_the_answer_depends_on_the_text_alone(text, other):
    """Asked again, after something else, it is the same."""
    loose = LanguageSettings(min_letters=1, min_probability=0, passage_letters=1)
    first = judge(_document(text), loose)
    judge(_document(other), loose)
    assert judge(_document(text), loose) == first


def test_doubt_is_und_and_says_between_what():
    """A probability below the setting is no call."""
    text = "Han har en bil og en hund og et hus"
    strict = LanguageSettings(min_probability=1)
    assert identify(text, strict).language == "und"
    assert identify(text, strict).reason.startswith("too close a call: ")
    assert identify(text, LanguageSettings(min_probability=0)).language in {"da", "no"}


def test_min_letters_is_heeded_by_long_texts_too():
    """Whoever asks for a thousand letters gets no call on fewer."""
    assert identify(" ".join(ENGLISH), LanguageSettings(min_letters=1000)).reason.startswith("too few letters")


def test_the_sample_is_spread_over_the_text():
    """A heading of some length in another language does not name the document, and a small sample is enough."""
    text = "\n".join([*GERMAN, *(ENGLISH * 5)])
    assert identify(text, SETTINGS).language == "en"
    assert identify("\n".join(ENGLISH * 20), LanguageSettings(sample_chars=150)).language == "en"


def test_a_paragraph_left_standing_is_a_passage():
    """Lines in another language that follow each other are one passage, and the text is in the language of the rest."""
    text = "\n".join([ENGLISH[0], ENGLISH[1], *GERMAN, ENGLISH[2], ENGLISH[3]])
    assert judge(_document(text), SETTINGS)[0].value == "en"
    assert _passages(text) == [("de", "\n".join(GERMAN))]
    assert "mixed: en " in judge(_document(text), SETTINGS)[0].evidence


def test_short_lines_together_make_a_passage():
    """A verse is a passage although none of its lines would be."""
    verse = "Der Mond steht hell am Hafen,\ndas Wasser ist ganz still,\nund alle Boote schlafen,\nweil niemand fahren will."
    assert _passages("\n".join([ENGLISH[0], ENGLISH[1], verse, ENGLISH[2], ENGLISH[3]])) == [("de", verse)]


def test_a_passage_may_be_in_another_script():
    """Letters that the rest of the text does not have are no hindrance."""
    assert _passages("\n".join([ENGLISH[0], RUSSIAN, ENGLISH[1]])) == [("ru", RUSSIAN)]


@pytest.mark.parametrize(
    "line",
    [
        "Kowalczyk, Petrov, Lindqvist, Nakamura, Okafor, Haddad, Fernandes, Rossi, Novak, Jansen, Yilmaz, Kim, Svensson",
        "Robusta Cherry AB 90.9 1,256.00 (NA) Arabica Plantation B 92.1 1,106.50 (NA) Arabica Cherry C 58.2 889.50 (NA)",
        "Auf Wiedersehen",
    ],
    ids=["names", "figures", "too short"],
)
def test_what_is_no_passage(line):
    """Names, tables and scraps are not called a language."""
    assert _passages("\n".join([ENGLISH[0], line, ENGLISH[1]])) == []


def test_a_text_is_in_the_language_that_has_most_of_it():
    """Where the lines say otherwise than the sample they are believed, and one language is never a passage in itself."""
    text = "\n".join([*GERMAN, ENGLISH[0], *GERMAN])
    assert judge(_document(text), SETTINGS)[0].value == "de"
    assert _passages(text) == [("en", ENGLISH[0])]


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000_000, "1 " * 1_000_000 + "a", "a@" * 1_000_000, "\N{CJK UNIFIED IDEOGRAPH-4E2D}" * 3_000_000, "b\n" * 1_000_000, "\0" * 1_000_000],
    ids=["x", "1", "a@", "han", "paragraphs", "nul"],
)
def test_a_huge_text_is_sampled(text):
    """Millions of characters are answered, whatever they are."""
    assert judge(_document(text), SETTINGS)[0].evidence


def test_a_huge_mixed_text_is_looked_at_in_five_thousand_places():
    """A million lines that alternate between languages take no longer than five thousand do."""
    text = f"{ENGLISH[0]}\n{GERMAN[0]}\n" * 20_000
    assert len(judge(_document(text), SETTINGS)) < 5_100


@pytest.mark.parametrize("rhythm", [1, 2, 3, 4], ids=str)
@pytest.mark.parametrize("times", [500, 1_500, 4_000], ids=str)
def test_a_long_text_is_as_mixed_as_its_lines_are(rhythm, times):
    """Lines that alternate are no less mixed for being many, in whatever rhythm: the shares are those of a few of them."""
    text = "\n".join([*(ENGLISH[:2] * rhythm)[:rhythm], *(GERMAN * rhythm)[:rhythm]] * times)
    shares = dict(re.findall(r"(en|de) (\d+)%", judge(_document(text), SETTINGS)[0].evidence))
    assert {language for language, share in shares.items() if 45 <= int(share) <= 55} == {"en", "de"}


def test_a_foreign_part_of_a_long_text_is_one_passage():
    """Thousands of lines that follow each other are found from their first to their last, give or take the lines that were left out."""
    english, german = "\n".join(ENGLISH * 3_000), "\n".join(GERMAN * 1_000)
    text = f"{english}\n{german}\n{english}"
    (found,) = [flag for flag in judge(_document(text), SETTINGS) if flag.rule == "passage"]
    assert found.value == "de"
    assert abs(found.start - len(english)) < 1_000
    assert abs(found.end - len(english) - len(german)) < 1_000


def test_a_nul_ends_no_text():
    """What stands behind it is read, by ELD too."""
    text = "\0 \0".join(GERMAN)
    assert eld(text) == eld(text.replace("\0", " "))
    assert eld_codes([text, "\0" + text])[1] == "de"
    assert identify(f"\0\0{text}", SETTINGS).language == "de"


@given(_ANYTHING, st.integers(1, 200))
def test_pieces_are_long_enough_and_in_order(text, least):
    """None overlaps another, and each has the length that was asked for."""
    at = 0
    for start, end in pieces(text, least):
        assert at <= start
        assert start + least <= end <= len(text)
        at = end


@given(_ANYTHING, st.integers(1, 300))
def test_a_sample_is_never_larger_than_asked_for(text, most):
    """A text that fits is its own sample."""
    assert len(spread(text, most)) <= most
    assert spread(text, len(text)) == text


@given(st.text(st.characters(exclude_categories=())))
def test_no_identifier_raises(text):
    """Controls, halves of surrogate pairs and code points that are no characters are spaces to them."""
    assert isinstance(cld(text), Opinion)
    assert cld(text, guess=True).language in KNOWN
    assert eld(text).language in KNOWN
    assert set(map(named, eld_codes([text]))) <= KNOWN
    assert len(legible(text)) == len(text)


@settings(max_examples=25, deadline=None)
@given(_ANYTHING)
def test_langdetect_is_never_at_a_loss(text):
    """What it raises about is "und", and it says the same each time."""
    assert langdetect(text) in KNOWN
    assert langdetect(text) == langdetect(text)


_OPINIONS = st.builds(Opinion, st.sampled_from(["en", "pt", "gl", "no", "nn", "sr", "hr", "bs", "sw", "und", "id", "ms"]), st.booleans())


@given(_OPINIONS, _OPINIONS, st.integers(1, 500), st.sampled_from(["en", "pt", "sw", "und"]))
def test_weighing_calls_what_somebody_said(first, second, letters, third):
    """The answer is one that CLD2 or ELD gave, with a probability and a reason; langdetect is asked only where they differ."""
    asked = []
    found = weigh(first, second, letters, lambda: asked.append(third) or third)
    assert found.language in {first.language, second.language}
    assert 0 < found.probability < 1
    assert found.reason
    assert not asked or (first.language != second.language and third in found.reason)


def test_each_line_of_the_table_can_be_reached():
    """Who decides: both, CLD2 where ELD is ignorant, langdetect where they contradict each other."""
    sure, unsure = (lambda code: Opinion(code, reliable=True)), (lambda code: Opinion(code, reliable=False))
    assert weigh(sure("en"), sure("en"), 400, lambda: "xx").probability > weigh(unsure("en"), sure("en"), 400, lambda: "xx").probability
    assert weigh(unsure("en"), unsure("en"), 400, lambda: "en").probability < SETTINGS.min_probability
    assert weigh(sure("gl"), unsure("pt"), 400, lambda: "pt").language == "gl"
    assert weigh(sure("en"), sure("de"), 400, lambda: "de").language == "de"
    assert weigh(sure("sw"), sure("tl"), 400, lambda: "sw").language == "sw"
    assert weigh(unsure("en"), unsure("de"), 400, lambda: "fr").probability < SETTINGS.min_probability


def test_relatives_are_told_by_more_than_one_word():
    """A quotation does not make a dialect."""
    assert relative("en", "The word dey is not in the dictionary of the school") is None
    assert relative("de", "dey wey dem wetin una") is None


def test_codes_are_well_formed():
    """Whatever an identifier can say is a code of ISO 639 or "und"."""
    assert {code for code in KNOWN if not re.fullmatch("[a-z]{2,3}", code)} == set()
    assert passages("", "en", 60) == []


def test_stage_pickles_and_sets_the_language():
    """A stage is sent to workers; run twice it leaves the same flags."""
    again = pickle.loads(pickle.dumps(stage(SETTINGS)))  # noqa: S301 - our own bytes
    text = "\n".join([ENGLISH[0], *GERMAN, ENGLISH[1], ENGLISH[2]])
    once = advance(again, _document(text))
    assert once.language == "en"
    assert [f.rule for f in once.flags] == ["language", "passage"]
    assert advance(again, once) == once
