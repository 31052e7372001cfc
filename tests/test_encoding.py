"""Bytes become text, and damaged text is put right: cases as data, laws as properties, hostile input within bounds."""

import json
import pickle
import time
from pathlib import Path

import ftfy
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk import ledger
from copydesk.document import Document
from copydesk.encoding.repair import badness, doubtful, repair, stage
from copydesk.settings import EncodingSettings
from copydesk.stage import advance

CASES = Path(__file__).parent / "cases"
SETTINGS = EncodingSettings()
PLAIN_FTFY = ftfy.TextFixerConfig(uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, fix_line_breaks=False, normalization=None)


def _cases(name):
    cases = json.loads((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"], marks=[pytest.mark.xfail] if case.get("known_failure") else []) for case in cases]


def _document(text, media="text"):
    return Document(id="d", source="s", site="x", text=text, media=media)


def _garbled(text):
    """Garble a text as the web does: UTF-8 that was read as something else."""
    return text.encode("utf-8", "replace").decode("latin-1")


_PIECES = st.sampled_from(
    [
        "caf\N{LATIN SMALL LETTER E WITH ACUTE}",
        _garbled("caf\N{LATIN SMALL LETTER E WITH ACUTE} "),
        _garbled("\N{LEFT DOUBLE QUOTATION MARK}so\N{RIGHT DOUBLE QUOTATION MARK}"),
        _garbled(_garbled("\N{LATIN SMALL LETTER I WITH DIAERESIS}")),
        _garbled("\N{CYRILLIC CAPITAL LETTER PE}\N{CYRILLIC SMALL LETTER ER}"),
        "\N{LATIN CAPITAL LETTER A WITH CIRCUMFLEX}",
        "\N{LATIN CAPITAL LETTER A WITH TILDE}",
        "\N{COPYRIGHT SIGN}",
        "\N{EURO SIGN}",
        "&amp;",
        "amp;",
        "&lt;",
        "&#10;",
        "&#0;",
        "&Acirc;",
        "<",
        " ",
        "\n",
        "\r",
        "\f",
        "\x00",
        "\x1b[1m",
        "\x85",
        "\x92",
        "\u2028",
        "\ufeff",
        "\ufffd",
        "\ud83d",
        "\udca9",
        "plain words that go on for a while ",
        "\N{CJK UNIFIED IDEOGRAPH-4E2D}",
    ]
)
_TEXTS = st.lists(_PIECES, max_size=25).map("".join) | st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("case", _cases("encoding.json"))
def test_repair_cases(case):
    """Each case comes out as written, by the rule and with the reason that it names."""
    document = _document(case["text"], case.get("media", "text"))
    edits = repair(document, SETTINGS)
    assert ledger.replay(case["text"], edits) == case["fixed"]
    assert bool(edits) == (case["text"] != case["fixed"])
    assert all(e.rule == case["rule"] for e in edits if "rule" in case)
    assert all(e.why == case["why"] for e in edits if "why" in case)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, st.sampled_from(["text", "html"]))
@example("\N{LATIN CAPITAL LETTER A WITH CIRCUMFLEX}\x01" * 40 + "\N{COPYRIGHT SIGN}", "text")
@example("&Acirc;" * 12 + "&copy;", "text")
def test_laws_of_repair(text, media):
    """Spans hold, reverting gives the input, nothing is lost to a lone surrogate, and a second run edits nothing."""
    edits = repair(_document(text, media), SETTINGS)
    for edit in edits:
        assert text[edit.start : edit.end] == edit.before != edit.after
        assert edit.rule.startswith("ftfy:")
        assert edit.why
    fixed = ledger.replay(text, edits)
    assert ledger.revert(fixed, edits) == text
    assert repair(_document(fixed, media), SETTINGS) == []
    assert not any("\ud800" <= c <= "\udfff" for e in edits for c in e.after)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=(), exclude_characters="&"), max_size=60).filter(lambda t: "\n" not in t))
def test_lines_that_are_skipped_are_those_that_ftfy_leaves(line):
    """Where nothing is proposed or flagged on a single line without entities, plain ftfy changes nothing visible either."""
    told = repair(_document(line), SETTINGS) or doubtful(_document(line), SETTINGS)
    plain = ftfy.fix_and_explain(line, PLAIN_FTFY).text
    if not told and plain.strip():
        assert plain == line


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["The ", "caf\N{LATIN SMALL LETTER E WITH ACUTE} ", "na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve ", "\N{EM DASH}"]), max_size=9)
)
def test_garbled_lines_come_out_as_plain_ftfy_has_them(words):
    """On ordinary mojibake the bounded loop gives what ftfy gives."""
    line = _garbled("".join(words))
    assert ledger.replay(line, repair(_document(line), SETTINGS)) == ftfy.fix_and_explain(line, PLAIN_FTFY).text


def test_distant_changes_are_separate_edits():
    """A change at each end of a line does not swallow the middle."""
    middle = "and then a long stretch of words that nobody has to touch"
    line = f"caf\N{LATIN CAPITAL LETTER A WITH TILDE}\N{COPYRIGHT SIGN} {middle} caf\N{LATIN CAPITAL LETTER A WITH TILDE}\N{COPYRIGHT SIGN}"
    assert [len(e.before) for e in repair(_document(line), SETTINGS)] == [2, 2]


def test_settings_turn_fixers_on_and_off():
    """Quotes are straightened and control characters kept only when asked."""
    text = "\N{LEFT DOUBLE QUOTATION MARK}so\N{RIGHT DOUBLE QUOTATION MARK} &amp;\x07"
    asked = EncodingSettings(uncurl_quotes=True, unescape_html=False, remove_control_chars=False)
    assert ledger.replay(text, repair(_document(text), asked)) == '"so" &amp;\x07'


@pytest.mark.parametrize(
    "unit",
    [
        "\N{LATIN CAPITAL LETTER A WITH CIRCUMFLEX}",
        "\N{LATIN CAPITAL LETTER A WITH TILDE} ",
        "\N{LATIN CAPITAL LETTER A WITH GRAVE}\x80",
        "amp;",
        "&amp;amp;lt; ",
        "\x1b[;;1",
        "\x00",
        " ",
    ],
    ids=ascii,
)
def test_repair_is_linear_on_one_hostile_line(unit):
    """Four times the text takes nowhere near sixteen times as long."""

    def seconds(length):
        text = "&" + unit * (length // len(unit)) + "\N{COPYRIGHT SIGN}"
        start = time.process_time()
        repair(_document(text), SETTINGS)
        return time.process_time() - start

    assert seconds(160_000) < 10 * seconds(40_000) + 0.5


def test_a_very_long_line_without_spaces_is_repaired():
    """A page of Chinese on one line is cut between characters, not inside them."""
    whole = "\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{CJK UNIFIED IDEOGRAPH-6587}" * 20_000
    assert ledger.replay(_garbled(whole), repair(_document(_garbled(whole)), SETTINGS)) == whole


def test_badness_counts_and_is_bounded():
    """Mojibake counts, plain text does not, and what lies beyond the first million characters is not looked at."""
    bad = "caf\N{LATIN CAPITAL LETTER A WITH TILDE}\N{COPYRIGHT SIGN} "
    assert badness("plain text") == 0
    assert badness(bad * 3) == 3
    assert badness("x" * 1_000_000 + bad) == 0


def test_stage_pickles_and_runs():
    """A stage is sent to workers, and does there what it does here."""
    again = pickle.loads(pickle.dumps(stage(SETTINGS)))  # noqa: S301 - our own bytes
    assert (again.name, again.version) == ("encoding", 3)
    assert advance(again, _document("Fish &amp; chips")).text == "Fish & chips"
