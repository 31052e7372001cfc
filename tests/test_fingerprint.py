"""Shingles and sketches: what folds together, that nothing else decides the numbers, and how often copies are proposed."""

import json
import time
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from copydesk.duplicates.characters import KINDS, SINGLE, VANISHES, WORD
from copydesk.duplicates.fingerprint import fingerprint, fingerprints
from copydesk.duplicates.places import places
from copydesk.duplicates.shingles import sequence, sequences, shingles
from copydesk.duplicates.tokens import PIECE, tokens
from copydesk.sampling import chance, needed, overlap
from copydesk.settings import DuplicatesSettings

CASES = json.loads((Path(__file__).parent / "cases" / "fingerprint.json").read_text(encoding="utf-8"))
SMALL = DuplicatesSettings(sample=4, least=3)

# Each a way in which a character can depend on its neighbours or fall out of the tables.
ODD = (
    "a\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}\N{LATIN SMALL LETTER SHARP S}\N{TRADE MARK SIGN}\N{VULGAR FRACTION ONE HALF}\N{LATIN SMALL LIGATURE FI}"
)
ODD += "\N{HALFWIDTH KATAKANA LETTER KA}\N{HALFWIDTH KATAKANA VOICED SOUND MARK}\N{HANGUL CHOSEONG HIEUH}\N{HANGUL JUNGSEONG A}\N{HANGUL JONGSEONG NIEUN}"
ODD += "\N{THAI CHARACTER KO KAI}\N{THAI CHARACTER MAI EK}\N{DEVANAGARI LETTER KA}\N{DEVANAGARI SIGN NUKTA}\N{DEVANAGARI SIGN VIRAMA}\u4e2d\u56fd"
ODD += "\U00020000\U0002f800\x00-B2\xb2 \n"
ODD += "'\N{RIGHT SINGLE QUOTATION MARK}\N{SOFT HYPHEN}\N{ZERO WIDTH JOINER}\N{SHIP}\ud800\U000e0041\U0010ffff\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"
texts = st.text(st.sampled_from(ODD) | st.characters(), max_size=40)


def definition(text: str) -> list[str]:
    """The tokens of a short text, character by character as the docstrings say it."""
    found, inside = [], False
    for character in unicodedata.normalize("NFKC", text).casefold():
        kind = KINDS[min(ord(character), len(KINDS) - 1)]
        if kind == VANISHES:
            continue
        if kind == WORD and inside:
            found[-1] += character
        elif kind >= WORD:
            found.append(character)
        inside = kind == WORD
    return found


# --- cases


@pytest.mark.parametrize("case", CASES["fixed"], ids=lambda case: case["label"])
def test_fingerprint_is_fixed_forever(case):
    """Published tables hold these numbers: a change of one would silently stop new copies of old documents from being found."""
    found = fingerprint(case["text"], SMALL)
    assert list(found.sketch) == case["sketch"]
    assert found.shingles == case["shingles"]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["label"], marks=pytest.mark.xfail(reason=case["comment"], strict=True) if case["known_failure"] else ())
        for case in CASES["same"]
    ],
)
def test_what_folds_together(case):
    """Ways of writing the same words make no difference; other words do."""
    assert np.array_equal(sequence(case["first"], 3), sequence(case["second"], 3)) == case["same"]


# --- tokens


@settings(max_examples=300)
@given(st.lists(texts, max_size=4))
def test_tokens_are_those_of_the_definition(several):
    """Many at once through tables or one by one through the standard library: the same words, and equal words alone have equal numbers."""
    found = tokens(several)
    expected = [definition(text) for text in several]
    assert np.diff(found.ends, prepend=0).tolist() == [len(own) for own in expected]
    words = [word for own in expected for word in own]
    assert len(set(zip(words, found.hashes.tolist(), strict=True))) == len(set(words)) == len(set(found.hashes.tolist()))
    single = [bool(KINDS[min(ord(word[0]), len(KINDS) - 1)] == SINGLE) for word in words]
    assert (found.single.tolist() if found.single is not None else [False] * len(words)) == single


@given(st.lists(texts, max_size=5), st.randoms(use_true_random=False))
def test_company_changes_nothing(several, shuffle):
    """Law 3: a text's shingles are the same alone, among others, and in any order."""
    alone = {text: sequence(text, 3).tolist() for text in several}
    shuffle.shuffle(several)
    assert [found.tolist() for found in sequences(several, 3)] == [alone[text] for text in several]


def test_batches_do_not_show():
    """Texts just below, at and beyond the size of a batch, among short ones, give what each gives alone."""
    several = [word * (size // 6) for size in (PIECE - 6, 12, PIECE, PIECE + 6, 3 * PIECE, 30, 0) for word in ("ferry ", "f\xe9rry\n", "f\u0301e rr")]
    assert [found.tolist() for found in sequences(several, 2)] == [sequence(text, 2).tolist() for text in several]


def test_pieces_do_not_show():
    """A text longer than a piece gives the same shingles as any text of the same words."""
    sentence = "eels climb the weir by night and nobody sees them go "
    assert np.array_equal(shingles(sentence * 20_000, 3), shingles(sentence * 2, 3))


# --- shingles


@given(texts, st.integers(1, 5))
def test_any_text_has_shingles(text, words):
    """No text raises, and the set is the sequence, sorted, each once."""
    assert shingles(text, words).tolist() == sorted(set(sequence(text, words).tolist()))


@given(st.lists(st.sampled_from("abcdef\u4e2d\u56fd"), max_size=30), st.integers(1, 4))
def test_shingles_are_runs_of_words(words, length):
    """There are as many distinct numbers as distinct runs, two longer where one begins with a character that is a token; a shorter text is one run."""
    runs = [tuple(words[at : at + length + 2 * (word > "z")]) for at, word in enumerate(words)]
    whole = [run for run in runs if len(run) == length + 2 * (run[0] > "z")]
    expected = whole or [tuple(words)] * bool(words)
    found = sequence(" ".join(words), length).tolist()
    assert len(found) == len(expected)
    assert len(set(zip(expected, found, strict=True))) == len(set(found))


@given(st.lists(st.sampled_from(["harbour", "Ferry", "\xe9t\xe9", "12", "o'clock"]), max_size=12))
def test_presentation_changes_nothing(words):
    """Case, spacing and punctuation are no part of a fingerprint."""
    assert fingerprint(" ".join(words), SMALL) == fingerprint("\n" + " -- ".join(words).upper() + "!", SMALL)


# --- places


@settings(max_examples=300)
@given(texts, st.integers(1, 3))
def test_places_are_those_of_the_shingles(text, words):
    """One place for each shingle, inside the text and in order; read alone, the passage holds that shingle."""
    found = places(text, words)
    numbers = sequence(text, words)
    assert found.shape == (len(numbers), 2)
    for (start, end), number in zip(found.tolist(), numbers.tolist(), strict=True):
        assert 0 <= start < end <= len(text)
        assert number in sequence(text[start:end], words).tolist()
    assert (np.diff(found[:, 0]) >= 0).all()


def test_places_beyond_a_piece():
    """In a text of many pieces a passage is found where it stands."""
    text = "f\u0301erry " * PIECE + "eels climb THE weir."
    start, end = places(text, 4)[-1].tolist()
    assert text[start:end] == "eels climb THE weir"


# --- sketches


@given(texts, st.integers(1, 9), st.integers(1, 9), st.integers(0, 20))
def test_sketch_is_the_definition(text, sample, least, more):
    """The hashes in the first share of all, at least and at most so many of the smallest; and the count is that of all."""
    chosen = SMALL.model_copy(update={"sample": sample, "least": least, "most": least + more})
    values = sorted({number >> 1 for number in sequence(text, 3).tolist()})
    sampled = sum(value < (1 << 63) // sample for value in values)
    found = fingerprint(text, chosen)
    assert list(found.sketch) == values[: min(max(sampled, least), least + more)]
    assert found.shingles == len(values)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING GRAVE ACCENT BELOW}" * 200_000, id="combining marks"),
        pytest.param("x" * 3_000_000, id="one word"),
        pytest.param("1." * 1_000_000, id="one number"),
        pytest.param("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100_000, id="ligatures that expand to 18 characters"),
        pytest.param("\ud800 \U000e0041 " * 300_000, id="lone surrogates and tags"),
        pytest.param("\N{THAI CHARACTER KO KAI}\N{THAI CHARACTER MAI EK}" * 500_000, id="marks on single characters"),
        pytest.param("\x00" * 3_000_000, id="nothing"),
    ],
)
def test_hostile_text_takes_linear_time(text):
    """What takes minutes where a step is quadratic is done in seconds, the places too."""
    begun = time.process_time()
    fingerprint(text, SMALL)
    places(text, 3)
    assert time.process_time() - begun < 20


# --- chance of being proposed


@pytest.mark.parametrize(
    ("first", "second", "similarity", "containment"), [(98, 98, 0.1, False), (398, 398, 0.05, False), (48, 998, 0.8, True), (6, 6, 0.4, False)]
)
@pytest.mark.parametrize("least", [8, 16])
def test_chance_is_that_of_real_sketches(first, second, similarity, containment, least):
    """The formula against sketches of texts that share exactly so many words, drawn 400 times."""
    chosen = DuplicatesSettings(shingle_words=1, sample=12, least=least)
    shared = overlap(similarity, first, second, containment=containment)
    trials = 400
    drawn = [[f"w{trial}x{number}" for number in range(first + second - shared)] for trial in range(trials)]
    ones = fingerprints((" ".join(words[:first]) for words in drawn), chosen)
    others = fingerprints((" ".join(words[first - shared :]) for words in drawn), chosen)
    proposed = [len({*a.sketch} & {*b.sketch}) >= needed(len(a.sketch), len(b.sketch)) for a, b in zip(ones, others, strict=True)]
    assert abs(np.mean(proposed) - chance(shared, first, second, sample=12, least=least, most=1_000)) < 0.1


@given(st.integers(1, 60), st.integers(0, 400), st.integers(0, 30), st.integers(1, 60), st.integers(1, 30), st.integers(0, 60))
def test_chance_is_a_probability(smaller, more, fewer, sample, least, most):
    """Always from 0 to 1, and never less where one shingle more is shared."""
    parameters = {"sample": sample, "least": least, "most": least + most}
    shared = max(0, smaller - fewer)
    found = chance(shared, smaller + more, smaller, **parameters)
    assert 0 <= found <= 1
    assert chance(min(shared + 1, smaller), smaller, smaller + more, **parameters) >= found - 1e-9


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"least": 20, "most": 10}, "no sketch has at least 20 shingles and at most 10"),
        ({"threshold": 0.05}, "of pairs at threshold 0.05, texts of 100 and 100 words, only .*%"),
        ({"sample": 64}, "of pairs at containment 0.8, texts of 100 and 1000 words, only .* with sample 64"),
        ({"sample": 500, "threshold": 0.5, "least": 1}, r"of pairs at threshold 0.5, .* only \d+%"),
    ],
)
def test_settings_that_would_find_nothing_are_refused(given, sentence):
    """A threshold that sketches do not reach is an error that says what to change."""
    with pytest.raises(ValidationError, match=sentence):
        DuplicatesSettings(**given)
