"""Repair is ftfy's judgement, reached by a shorter way: the prefilter misses nothing, doubt is flagged, and a second run edits nothing under any settings."""

import json
import time
import unicodedata
from pathlib import Path

import ftfy
import pytest
from ftfy.badness import badness as ftfy_badness
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk import ledger
from copydesk.document import Document
from copydesk.encoding.characters import rules
from copydesk.encoding.doubts import scripts
from copydesk.encoding.mending import fixers, mend
from copydesk.encoding.prefilter import mojibake_possible, prefilter
from copydesk.encoding.repair import DOUBTFUL, MOST_GUESSWORK, badness, doubtful, stage
from copydesk.settings import EncodingSettings
from copydesk.stage import advance

CASES = json.loads((Path(__file__).parent / "cases" / "repair.json").read_text(encoding="utf-8"))
PRESETS = ("none", "damage", "tidy", "plain")
SWITCHES = [name for name in EncodingSettings.model_fields if name != "preset"]


def _document(text, media="text"):
    return Document(id="d", source="s", site="x", text=text, media=media)


def _garbled(text, encoding="latin-1"):
    return text.encode("utf-8", "replace").decode(encoding, "ignore")


_WORDS = [
    "caf\u00e9",
    "\u201cso\u201d",
    "\u00e0 la",
    "na\u00efve",
    "\u0420\u0443\u0441",
    "\u03b1",
    "\u4e2d",
    "\u4e2d\u6587",
    "\u0627\u0644",
    "\U0001f600",
    "\u00a0km",
    "\u0153",
]
_MARKS = list(
    "\u00c2\u00c3\u00c6\u00e2\u00e1\u00e9\u00d0\u00d9\u0153\u0152\u20ac\u2019\u201d\u2013\u2026\u00b4\u00a9\u00b0\u00bf\u00a0\u00ad\u0420\u0432\u0402\u221a\u2261\u2592"
)
_INVISIBLE = list("\x00\x07\x0b\x0c\x1b\x1c\x7f\x81\x85\x93\u200b\u200c\u200d\u2060\u200e\u2028\u2029\u202f\u3000\ufeff\ufffc\ufffd\u206a\ud83d\udca9\u0301")
_PIECES = [
    *_WORDS,
    *(_garbled(word) for word in _WORDS),
    *(_garbled(word, "cp1252") for word in _WORDS),
    *(_garbled(word, "cp1251") for word in _WORDS),
    *(_garbled(_garbled(word)) for word in _WORDS[:4]),
    *_MARKS,
    *_INVISIBLE,
    *(
        "&amp;",
        "&lt;",
        "&shy;",
        "&#10;",
        "&#0;",
        "&#x85;",
        "&#13;",
        "&#x2028;",
        "\u00e3\u0081\u0082",
        "\u00e2\u20ac\u0153yes\u00e2\u20ac\u009d",
        "\u00e2\x80\u00a8",
        "&Acirc;",
        "&copy;",
        "amp;",
        "&",
        "<",
        "<b>",
        "<DAL> ",
        "\x1b[1m",
        "[1m",
    ),
    *(" ", " ", "\n", "\r", "\r\n", "-\n", "\u00ad\n", "a", "Z", "house", "light", "1", "\ufb01", "\uff21", "\u0645\u06cc", "\u0915\u094d"),
]
TEXTS = st.lists(st.sampled_from(_PIECES), max_size=16).map("".join) | st.text(st.characters(exclude_categories=()), max_size=30)
LINES = TEXTS.map(lambda text: text.replace("\n", " "))
CHOICES = st.sampled_from([EncodingSettings(preset=name) for name in PRESETS]) | st.sets(st.sampled_from(SWITCHES)).map(
    lambda on: EncodingSettings(**{switch: switch in on for switch in SWITCHES})
)


@pytest.mark.parametrize("case", [pytest.param(c, id=c["label"], marks=[pytest.mark.xfail] if c.get("known_failure") else []) for c in CASES])
def test_rules_and_doubts(case):
    """Each case comes out as written under its settings, by the rules that it names, with the flags that it names."""
    document = advance(stage(EncodingSettings(**case.get("settings", {}))), _document(case["text"], case.get("media", "text")))
    assert document.rejection is None
    assert document.text == case["fixed"]
    assert [e.rule for e in reversed(document.edits)] == case.get("rules", [e.rule for e in reversed(document.edits)])
    assert [f.value for f in document.flags if f.rule == DOUBTFUL] == case.get("doubtful", [])


@settings(max_examples=400, deadline=None)
@given(LINES, CHOICES)
@example("\u0153", EncodingSettings())
@example("\u00c3 b", EncodingSettings())
def test_what_the_prefilter_passes_over_nothing_would_change(line, chosen):
    """A line that the prefilter does not suspect is left as it is by ftfy with the same configuration, and by each rule that is on."""
    if not prefilter(chosen, unescape=chosen.unescape_html).suspects(line):
        config = fixers(chosen, html=False).config._replace(unescape_html=chosen.unescape_html)
        assert ftfy.fix_and_explain(line, config).text == line
        assert all(rule(line) == line for rule in rules(chosen).values())


@settings(max_examples=400, deadline=None)
@given(LINES, CHOICES)
def test_a_line_is_mended_as_plain_ftfy_mends_it(line, chosen):
    """Where no guard acts and no rule of our own is on, the bounded loop gives what ftfy gives; a "<" is told apart by what follows it."""
    chosen = chosen.model_copy(update={name: False for name in SWITCHES if name.startswith(("remove_soft", "remove_zero", "unify", "compose"))})
    tools = fixers(chosen, html=False)
    plain = ftfy.fix_and_explain(line, tools.config._replace(unescape_html="auto" if chosen.unescape_html else False)).text
    mended = mend(line, tools)
    if not mended.guard and "<" not in line and "\n" not in plain:
        assert mended.text == plain


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_the_count_of_mojibake_is_that_of_ftfy(text):
    """What the metrics say is ftfy's badness of the text, though ftfy is asked only where it could find some."""
    assert badness(text) == ftfy_badness(text)
    assert mojibake_possible(text) or not ftfy_badness(text)


@settings(max_examples=400, deadline=None)
@given(TEXTS, CHOICES, st.sampled_from(["text", "html"]))
@example("\x00beyond\u00c2\u201d", EncodingSettings(), "text")
@example("e\u200b\u0301\n\u00c3\u200b\u00a9", EncodingSettings(preset="tidy"), "text")
@example("\u00e3\u0081\u0082\u2029\u00e2\u20ac\u0153yes\u00e2\u20ac\u009d", EncodingSettings(preset="tidy"), "text")
@example("\ud83d\u00e3\u0081\u0082\r\u00e2\u20ac\u0153yes\u00e2\u20ac\u009d", EncodingSettings(preset="plain"), "text")
def test_laws_under_all_settings(text, chosen, media):
    """The stage never fails, its edits lead back, and its own output it leaves alone but for flags, which are the same again."""
    once = advance(stage(chosen), _document(text, media))
    assert once.rejection is None
    assert ledger.revert(once.text, once.edits) == text
    assert advance(stage(chosen), once) == once


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(_PIECES))
def test_each_rule_changes_nothing_on_its_own_output(text, piece):
    """Every rule of our own is idempotent."""
    for rule in rules(EncodingSettings(preset="plain")).values():
        once = rule(text + piece)
        assert rule(once) == once


def test_presets_are_steps():
    """Each preset does all that the one before it does, and a switch that is named overrides its preset."""
    on = {name: {switch for switch in SWITCHES if getattr(EncodingSettings(preset=name), switch)} for name in PRESETS}
    assert on["none"] == set() < on["damage"] < on["tidy"] < on["plain"] == set(SWITCHES)
    assert EncodingSettings() == EncodingSettings(preset="damage")
    assert EncodingSettings(preset="tidy", unify_spaces=False).remove_zero_width
    assert not EncodingSettings(preset="tidy", unify_spaces=False).unify_spaces


def test_changes_that_are_near_keep_their_names():
    """Two changes of different rules in one line are two edits, each named by the rule that explains it."""
    document = advance(stage(EncodingSettings(preset="tidy")), _document("light\u00adhouse keep\x07er caf\u00c3\u00a9"))
    assert [e.rule for e in reversed(document.edits)][:2] == ["typography:soft-hyphen", "ftfy:remove_control_chars"]
    assert document.text == "lighthouse keeper caf\u00e9"


def test_a_doubtful_repair_is_described():
    """The flag spans the words in doubt, tells why, and says how they would read."""
    text = "The talks went on\nbeyond\u00c2\u201d."
    [flag] = doubtful(_document(text), EncodingSettings())
    assert text[flag.start : flag.end] == "beyond\u00c2\u201d."
    assert "two guesses" in flag.evidence
    assert flag.value == "beyond\u201d."


def test_doubts_are_bounded():
    """A text that is in doubt in a thousand places is told by the first of them, and long ones are cut."""
    text = "\n".join(f"w{'o' * 200}rd{n}\u00c2\u201d" for n in range(1_000))
    found = doubtful(_document(text), EncodingSettings())
    assert 0 < len(found) <= 50
    assert all(len(flag.value) <= 80 for flag in found)


def test_a_garbled_text_may_bring_its_script_with_it():
    """A Russian text that is garbled throughout holds no Cyrillic, and gets all of it back."""
    capital, small = "\N{CYRILLIC CAPITAL LETTER PE}", "\N{CYRILLIC SMALL LETTER ER}\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER VE}"
    whole = f"{capital}{small} {small}.\n{capital} {small}, {small}{small}."
    assert scripts(_garbled(whole)) == set()
    assert advance(stage(EncodingSettings()), _document(_garbled(whole))).text == whole


@pytest.mark.parametrize(
    "unit", ["\u00ad", "\u200b", "\u200d\u0301", "a-\n", "\u00c2\u201d\n", "\u00c3\u00a9\u00c6\u00b4\n", "<DAL>&amp;", "\r", "-a"], ids=ascii
)
def test_a_large_hostile_text_is_done_in_time(unit):
    """Sixty thousand characters of one kind pass all rules in seconds."""
    start = time.process_time()
    once = advance(stage(EncodingSettings(preset="plain")), _document(unit * (60_000 // len(unit))))
    assert once.rejection is None
    assert time.process_time() - start < 20


def test_a_long_line_is_cut_and_comes_to_an_end():
    """A segment that would be cut before a lead byte at its very start is not: cutting there again and again would never end."""
    line = "\u00c3 " + "a" * 30_000 + "\u00c3\u00a9"
    assert advance(stage(EncodingSettings()), _document(line)).text.endswith("a\u00e9")


def test_a_text_that_is_too_much_is_not_guessed_at_and_says_so():
    """Ten megabytes of damage would take ftfy minutes: none of it is guessed at, with one flag over all of the text, but what needs no guess is done."""
    text = "caf\u00c3\u00a9 noir\n" * 1_000_000 + "Fish &amp; ch\x07ips"
    start = time.process_time()
    done = advance(stage(EncodingSettings()), _document(text))
    assert time.process_time() - start < 20
    assert done.text == "caf\u00c3\u00a9 noir\n" * 1_000_000 + "Fish & chips"
    assert [(flag.rule, flag.start, flag.end) for flag in done.flags] == [("unrepaired", 0, len(done.text))]
    assert advance(stage(EncodingSettings()), done) == done


@pytest.mark.parametrize("preset", ["damage", "plain"])
def test_what_is_too_much_is_the_same_after_what_needs_no_guess(preset):
    """Entities that name garbled letters count as what they stand for, so that a second run finds as much to guess at as the first, and edits nothing."""
    text = "&Atilde;&copy;\n" * (MOST_GUESSWORK // 12)
    once = advance(stage(EncodingSettings(preset=preset)), _document(text))
    assert {flag.rule for flag in once.flags} == {"unrepaired"}
    assert "&" not in once.text
    assert advance(stage(EncodingSettings(preset=preset)), once) == once


def test_a_long_line_is_no_reason_to_leave_it():
    """Only what looks garbled counts: an entity and three words are put right in half a megabyte of sound text on one line."""
    text = "Fish &amp; chips " + ("word " * 31_000 + "caf\u00c3\u00a9 ") * 3
    done = advance(stage(EncodingSettings()), _document(text))
    assert done.text == text.replace("&amp;", "&").replace("\u00c3\u00a9", "\u00e9")
    assert done.flags == ()


@pytest.mark.parametrize(
    "unit", ["\u00c6\u00b4 a\n", "w{}\u00c2\u201d\n", "{}\u00c3\u00a9\n", "&amp;{}\n", "\r{}\u2028", "{}\u00c2\u201d&amp;\u00ad "], ids=ascii
)
def test_a_text_that_is_damaged_throughout_is_done_in_time(unit):
    """A quarter of a megabyte that is in doubt, garbled like other lines, or full of entities at every place, costs what it should."""
    text = "Der B\u00c3\u00bcrgermeister\n" + "".join(unit.format(n) for n in range(250_000 // len(unit)))
    start = time.process_time()
    done = advance(stage(EncodingSettings(preset="tidy")), _document(text))
    assert time.process_time() - start < 8
    assert done.rejection is None
    assert advance(stage(EncodingSettings(preset="tidy")), done).text == done.text


def test_composed_letters_are_unicode_nfc():
    """The rule for accents is Unicode's own form."""
    text = "e\u0301 \u1112\u1161\u11ab"
    assert advance(stage(EncodingSettings(compose_letters=True)), _document(text)).text == unicodedata.normalize("NFC", text)
