"""Bytes become text, and damaged text is put right: cases as data, laws as properties, hostile input within bounds."""

import json
import pickle
import re
import time
from pathlib import Path

import ftfy
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk import ledger
from copydesk.document import Decoding, Document
from copydesk.encoding.charsets import codec_of
from copydesk.encoding.decode import decode, looks_binary
from copydesk.encoding.repair import badness, repair, stage
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
    """Where repair proposes nothing on a single line without entities, plain ftfy changes nothing visible either."""
    edits = repair(_document(line), SETTINGS)
    plain = ftfy.fix_and_explain(line, PLAIN_FTFY).text
    if not edits and plain.strip():
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
    assert (again.name, again.version) == ("encoding", 1)
    assert advance(again, _document("Fish &amp; chips")).text == "Fish & chips"


@pytest.mark.parametrize("case", _cases("decoding.json"))
def test_decode_cases(case):
    """Each case gives its text back, and says how."""
    text, found = decode(case["text"].encode(case["codec"]), case.get("declared", ""))
    assert text == case["text"]
    assert found.how == case["how"]
    assert case.get("any_codec") or found.encoding == case["encoding"]
    assert found.replaced == 0
    assert found.declared == case.get("declared", "")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=20) | st.sampled_from(["utf-8", "hz", "utf-16", "iso-2022-kr", "idna", "zip", "\x00"]))
def test_decode_never_raises(data, declared):
    """Any bytes under any declaration give a text, a confidence from 0 to 1 and a count of what was replaced."""
    text, found = decode(data, declared)
    assert 0 <= found.confidence <= 1
    assert 0 <= found.replaced <= text.count("\ufffd")
    assert isinstance(looks_binary(data), str)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff")))
def test_utf8_comes_back_as_it_was(text):
    """UTF-8 is never taken for anything else, whatever was declared."""
    assert decode(text.encode(), "windows-1252") == (text, Decoding("utf-8", "windows-1252", "strict"))


def test_utf8_with_a_torn_end_stays_utf8():
    """A record that was cut in the middle of a character loses that character and nothing else."""
    whole = "Fa\N{LATIN SMALL LETTER I WITH CIRCUMFLEX}tes entrer l'\N{LATIN SMALL LETTER E WITH ACUTE}t\N{LATIN SMALL LETTER E WITH ACUTE} " * 5
    text, found = decode((whole + "\N{EURO SIGN}").encode()[:-1])
    assert text == whole + "\ufffd"
    assert (found.how, found.replaced) == ("lossy", 1)


def test_what_nothing_explains_is_replaced_and_counted():
    """The last resort is windows-1252 with its gaps marked."""
    text, found = decode(b"\x81\x8d\x90")
    assert found.replaced == text.count("\ufffd")


def test_a_large_record_is_sampled():
    """Text whose first letter beyond ASCII comes after a megabyte is still told, in a time that its size does not decide."""
    tail = "\N{CYRILLIC CAPITAL LETTER PE}\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER ER}\N{CYRILLIC SMALL LETTER O}\N{CYRILLIC SMALL LETTER EM} " * 40
    whole = "plain words\n" * 100_000 + tail
    assert decode(whole.encode("cp1251"))[0] == whole


@pytest.mark.parametrize("label", ["rot13", "zip", "utf-7", "idna", "unicode_escape", "../../etc", "\x00", "x" * 1000, ""])
def test_labels_that_are_no_text_encoding_name_none(label):
    """No label reaches a codec that is not a legacy text encoding."""
    assert codec_of(label) == ""


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"%PDF-1.4\n", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x01\x00\x00\x00\x02\x00\x00\x00" * 20, "NUL"),
        (bytes(range(1, 256)) * 4, "control"),
        (b"MZ was here, and so were we.", ""),
        (b"", ""),
        ("Die F\N{LATIN SMALL LETTER A WITH DIAERESIS}hre".encode("utf-16-le"), ""),
        (b"a stray \x00 in a text that goes on for long enough to be one, " + b"and on and on " * 20, ""),
        (b"col\x1b[1mour\x1b[0m and \tplain\r\n text", ""),
    ],
    ids=lambda v: ascii(v)[:20],
)
def test_looks_binary_cases(data, word):
    """What is no text is named, what is text is let through."""
    reason = looks_binary(data)
    assert bool(reason) == bool(word)
    assert re.search(word, reason)
