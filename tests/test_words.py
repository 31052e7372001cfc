"""Counting words: the unit in which losses and lengths are told."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.words import word_count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t", 0),
        ("...!?", 0),
        ("One two, three.", 3),
        ("snake_case and 1,234", 4),
        ("well-known", 2),
        ("d\N{LATIN SMALL LETTER E WITH ACUTE}j\N{LATIN SMALL LETTER A WITH GRAVE} vu", 2),
        ("de\N{COMBINING ACUTE ACCENT}ja\N{COMBINING GRAVE ACCENT} vu", 2),
        ("\N{COMBINING ACUTE ACCENT} \N{COMBINING ACUTE ACCENT}", 0),
        ("\N{CJK UNIFIED IDEOGRAPH-65E5}\N{CJK UNIFIED IDEOGRAPH-672C}abc\N{CJK UNIFIED IDEOGRAPH-8A9E}", 4),
        ("\N{HIRAGANA LETTER A}\N{KATAKANA LETTER I}", 2),
        ("\N{HANGUL SYLLABLE HAN}\N{HANGUL SYLLABLE GUG}", 1),
        # hindi bhasha; the vowel signs are no letters, but inside the word
        ("\u0939\u093f\u0928\u094d\u0926\u0940 \u092d\u093e\u0937\u093e", 2),
        # Tamil, Arabic with vowel points, Hebrew with points, Persian with a joiner
        ("\u0ba4\u0bae\u0bbf\u0bb4\u0bcd \u0bae\u0bca\u0bb4\u0bbf", 2),
        ("\u0643\u064e\u062a\u064e\u0628\u064e", 1),
        ("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", 1),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", 1),
        ("\u0e01\u0e34\u0e19", 3),
    ],
)
def test_word_count(text, words):
    """Runs of letters and digits with their accents are words; where nobody writes spaces, so is each character."""
    assert word_count(text) == words


@given(st.text(), st.text())
def test_a_line_break_parts_words(first, second):
    """So counts of lines add up to that of the text, and what a removed line costs can be told."""
    assert word_count(f"{first}\n{second}") == word_count(first) + word_count(second)


@pytest.mark.parametrize("part", ["a", "a\u0301", "\u0301", "a ", "\u0939\u093f", "\u4e00", "\u200d", "a\u200d"], ids=ascii)
def test_millions_of_characters_take_seconds(part):
    """No text makes counting slow."""
    begun = time.process_time()
    word_count(part * (3_000_000 // len(part)))
    assert time.process_time() - begun < 5
