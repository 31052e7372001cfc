"""Bytes become text: cases as data, laws as properties, hostile input within bounds, and everything that was guessed on record."""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk.document import Decoding
from copydesk.encoding.charsets import codec_of
from copydesk.encoding.declared import charset_of_header, charset_of_markup
from copydesk.encoding.decode import decode, looks_binary
from copydesk.encoding.readings import readings, strangeness
from copydesk.encoding.wide import BOMS, WIDE, decode_wide, mark_lies

CASES = Path(__file__).parent / "cases"
E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"
ENYE = "\N{LATIN SMALL LETTER N WITH TILDE}"
PAROM = "\N{CYRILLIC CAPITAL LETTER PE}\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER ER}\N{CYRILLIC SMALL LETTER O}\N{CYRILLIC SMALL LETTER EM}"
MEGABYTES = 10_000_000


def _cases(name):
    cases = json.loads((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"], marks=[pytest.mark.xfail] if case.get("known_failure") else []) for case in cases]


@pytest.mark.parametrize("case", _cases("decoding.json"))
def test_decode_cases(case):
    """Each case gives its text back, and says how."""
    data = b"".join((bytes.fromhex(case.get("mark", "")), *(text.encode(codec, "surrogatepass") for text, codec in case["parts"])))
    text, found = decode(data[: len(data) - case.get("cut", 0)], case.get("declared", ""))
    assert text == case.get("text", "".join(text for text, _ in case["parts"]))
    assert found.how == case["how"]
    assert case.get("any_codec") or found.encoding == case["encoding"]
    assert found.replaced == case.get("replaced", 0)
    assert found.declared == case.get("recorded", case.get("declared", ""))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=20) | st.sampled_from(["utf-8", "hz", "utf-16", "utf-32", "iso-2022-kr", "idna", "zip", "\x00"]))
@example(b"\xef\xbb\xbf" * 50 + b"\xff", "")
@example(b"\xff\xfe", "")
@example(b"\xff\xfe\x00\x00\x00", "")
@example(b"\xed\xa0\x80\xed\xb0\x80 \xed\xa0\x80", "")
@example(b"~{~}~{!~}", "hz")
@example(b"\xc3\xa9\xe9", "")
def test_decode_never_raises(data, declared):
    """Any bytes under any declaration give the same text twice, a confidence from 0 to 1 and a count of what was replaced."""
    text, found = decode(data, declared)
    assert 0 <= found.confidence <= 1
    assert 0 <= found.replaced <= text.count("\ufffd")
    assert isinstance(looks_binary(data), str)
    assert decode(data, declared) == (text, found)
    text.encode("utf-8")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff~")))
def test_utf8_comes_back_as_it_was(text):
    """UTF-8 is never taken for anything else, whatever was declared."""
    assert decode(text.encode(), "windows-1252") == (text, Decoding("utf-8", "windows-1252", "strict"))


@given(st.text(st.characters(exclude_categories=("Cs",))), st.sampled_from(BOMS))
def test_a_mark_is_believed(text, mark):
    """With its mark, text in any Unicode encoding comes back, NUL and all; only UTF-16 that is plain UTF-8 from end to end is not believed."""
    data = text.encode(mark[1])
    if mark[1] == "utf-8" or not mark_lies(data):
        # a NUL after the mark of UTF-16 makes that of UTF-32
        if not (mark[1] == "utf-16-le" and text.startswith("\0")):
            assert decode(mark[0] + data) == (text, Decoding(mark[1], "", "bom"))
    else:
        assert data.decode("utf-8")


@given(st.text(st.sampled_from("abc DEF, ghi. \u00e9\u00df\u0448\u0431\u4e2d\u6587"), min_size=40), st.sampled_from(WIDE))
def test_wide_text_is_told_without_a_mark(text, codec):
    """From forty characters on, of which some are Latin, UTF-16 and UTF-32 are told by their shape."""
    text = f"The ferry {text}"
    assert decode(text.encode(codec)) == (text, Decoding(codec, "", "pattern", 0.95))


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(WIDE))
def test_wide_decoding_replaces_what_the_standard_library_does(data, codec):
    """Decoding by arrays gives the library's text where that is strict, and never loses a sound character where it is not."""
    text, replaced = decode_wide(data, codec)
    assert replaced == 0 or "\ufffd" in text
    try:
        assert text == data.decode(codec)
        assert replaced == 0
    except UnicodeDecodeError:
        assert replaced > 0
        sound = [c for c in data.decode(codec, "ignore") if c != "\ufffd"]
        assert [c for c in text if c != "\ufffd"] == sound or codec.startswith("utf-16")


def test_confidence_is_how_often_such_readings_are_right():
    """A line of German that can be nothing else is no doubtful case, two letters of it are more doubtful, and noise is none at all."""
    german = "Die F\u00e4hre war sehr sp\u00e4t dran, und alle G\u00e4ste warteten. " * 5
    long, short, noise = (
        decode(data)[1] for data in (german.encode("cp1252"), b"Die F\xe4hre kam sp\xe4t.", bytes(0x80 | (at * at * 73 >> 3) & 0x7F for at in range(300)))
    )
    assert long.how == short.how == "detected"
    assert long.confidence >= 0.95
    assert long.confidence > short.confidence > 0.3
    assert noise.confidence < 0.3


@given(
    st.text(st.sampled_from("\u4e00\u4e2d\u570b\u5f00\u6700\u8a00\u9700\u6211\u4eba\u662f\u7684\u5728\u6709\u3002\uff0c\u3000"), min_size=12),
    st.sampled_from(WIDE[2:]),
)
def test_the_byte_order_of_chinese_is_told(text, codec):
    """Letters whose code ends with NUL are no sign of the wrong order; a control byte or two must show that it is no other encoding."""
    text = f"\u6211\u5011\u5728\u6d77\u4e0a\u3002{text}"
    found = decode(text.encode(codec))
    assert found[1].how != "pattern" or found[0] == text


@example("\u00dfQ\u00dfQQQ\u00dfQ", "utf-16")
@given(
    st.text(st.sampled_from("abcdefgh ijklmnop. QRST\u00e9\u00e4\u00df"), min_size=8), st.sampled_from(["utf-16", "utf-16le", "utf-16be", "unicode", "utf-32"])
)
def test_single_bytes_are_not_read_in_pairs(text, declared):
    """Whatever wide encoding a header names, Latin text of one byte a letter stays so; none of these letters makes a control byte."""
    assert decode(text.encode("cp1252"), declared)[1].encoding not in WIDE


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_nothing_replaced_means_that_the_bytes_can_be_had_back(data):
    """For code pages the text encodes to the same bytes: decoding is no edit, so it may lose nothing without saying so."""
    text, found = decode(data)
    if found.how == "detected" and not found.replaced and re.match(r"cp125|iso8859|koi8|mac|cp8|cp4", found.encoding):
        assert text.encode(found.encoding) == data


def test_utf8_with_a_torn_end_stays_utf8():
    """A record that was cut in the middle of a character loses that character and nothing else."""
    whole = f"Fa\N{LATIN SMALL LETTER I WITH CIRCUMFLEX}tes entrer l'{E_ACUTE}t{E_ACUTE} " * 5
    text, found = decode((whole + "\N{EURO SIGN}").encode()[:-1])
    assert text == whole + "\ufffd"
    assert (found.how, found.replaced) == ("lossy", 1)


@pytest.mark.parametrize("bad", [b"\xc3 ", b"\xe2\x82 ", b"\xa9 ", b"caf\xc9 ", b"\xf0\x9f\x98 ", b"\x81 "], ids=ascii)
def test_what_damage_leaves_behind_is_not_read(bad):
    """Half a character, the other half, a capital inside a word: U+FFFD, counted, and no invented letters."""
    text, found = decode(f"l'{E_ACUTE}t{E_ACUTE} pass{E_ACUTE} ".encode() * 3 + bad + f"{E_ACUTE}t{E_ACUTE}".encode())
    assert "\ufffd" in text
    assert (found.encoding, found.how, found.replaced) == ("utf-8", "lossy", 1)


def test_u_fffd_of_the_source_is_not_ours():
    """What was lost before stands in the text, but `replaced` counts only what was lost here."""
    text, found = decode(("lost \ufffd here, " + E_ACUTE * 4).encode() + b"\xc3")
    assert text.count("\ufffd") == 2
    assert found.replaced == 1


def test_what_nothing_explains_is_replaced_and_counted():
    """The last resort is windows-1252 with its gaps marked."""
    text, found = decode(b"\x81\x8d\x90")
    assert found.replaced == text.count("\ufffd")


def test_a_large_record_is_sampled():
    """Text whose first letter beyond ASCII comes after a megabyte is still told, in a time that its size does not decide."""
    whole = "plain words\n" * 100_000 + f"{PAROM} " * 40
    assert decode(whole.encode("cp1251"))[0] == whole


def test_markup_is_no_evidence():
    """A page full of tags that declare Western, Russian inside: the declaration is recorded and not believed."""
    page = f'<html><head><meta charset="iso-8859-1"></head><body>{f"<p>{PAROM}</p>" * 20}</body></html>'
    text, found = decode(page.encode("cp1251"))
    assert text == page
    assert (found.encoding, found.declared, found.how) == ("cp1251", "iso-8859-1", "detected")


def test_the_header_comes_before_the_page():
    """Both are tried, in that order; the header is what is recorded."""
    page = f'<meta charset="windows-1251">{PAROM} {PAROM}'
    assert decode(page.encode("cp1251"), "iso-8859-1") == (page, Decoding("cp1251", "iso-8859-1", "declared", 0.95))


@pytest.mark.parametrize("label", ["rot13", "zip", "utf-7", "x-unicode-2-0-utf-7", "idna", "unicode_escape", "../../etc", "\x00", "x" * 1000, ""])
def test_labels_that_are_no_text_encoding_name_none(label):
    """No label reaches a codec that is not a legacy text encoding."""
    assert codec_of(label) == ""


def test_utf7_stays_as_it_stands():
    """Markup hidden in UTF-7 is not brought to light, declared or not."""
    data = b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    assert decode(data, "utf-7") == (data.decode(), Decoding("utf-8", "utf-7", "strict"))


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (b"<meta charset=utf-8>", "utf-8"),
        (b"<META CHARSET = ' Windows-1251 '>", "Windows-1251"),
        (b'<meta http-equiv="content-type" content="text/html;charset=x-sjis">', "x-sjis"),
        (b'<?xml version="1.0" encoding="koi8-r"?><rss>', "koi8-r"),
        (b"<!-- <meta charset=big5> --><meta charset=gbk>", "gbk"),
        (b'<a href="?charset=big5">', ""),
        (b'<metadata charset="big5">', ""),
        (b"charset=big5", ""),
        (b" " * 2000 + b"<meta charset=utf-8>", ""),
        (b"<meta " * 100_000, ""),
        (b"<!--" * 100_000, ""),
    ],
    ids=lambda v: ascii(v)[:40],
)
def test_what_a_page_declares(data, label):
    """Only elements that declare are read, in the first kilobyte, outside comments."""
    assert charset_of_markup(data) == label


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("text/html; charset=utf-8", "utf-8"),
        ('text/html;charset="ISO-8859-1"; x=y', "ISO-8859-1"),
        ("text/html; CHARSET = 'gbk'", "gbk"),
        ("text/html", ""),
        ("charset=", ""),
        ("charset=" + " " * 100_000, ""),
    ],
    ids=lambda v: ascii(v)[:40],
)
def test_what_a_header_declares(header, label):
    """Quotes, spaces and case do not matter."""
    assert charset_of_header(header) == label


@pytest.mark.parametrize(
    "text",
    [
        "caf\N{LATIN CAPITAL LETTER Z WITH CARON}",
        "Luned\N{CYRILLIC SMALL LETTER EM}",
        "w\N{LEFT SINGLE QUOTATION MARK}rd",
        "\x85",
        "SCH\N{LATIN SMALL LETTER O WITH DIAERESIS}N",
    ],
    ids=ascii,
)
def test_what_does_not_read_costs(text):
    """Capitals, signs and other scripts inside words, and control characters, speak against a reading."""
    assert strangeness(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"L'{E_ACUTE}t{E_ACUTE}",
        "don\N{RIGHT SINGLE QUOTATION MARK}t \N{EM DASH} \N{LEFT DOUBLE QUOTATION MARK}so\N{RIGHT DOUBLE QUOTATION MARK}",
        PAROM,
        "A\N{HIRAGANA LETTER A}",
        "",
    ],
    ids=ascii,
)
def test_what_reads_costs_nothing(text):
    """Letters in words and typography around them speak for nobody."""
    assert strangeness(text) == 0


def test_a_common_code_page_is_taken_where_a_rare_one_reads_the_same():
    """The same text by a common name: what is recorded should tell people something."""
    rivals = readings(f"La ni{ENYE}a estudia espa{ENYE}ol en el oto{ENYE}o".encode("cp850"))
    assert rivals[0].codec == "cp850"


@pytest.mark.parametrize(
    "unit",
    [
        b"\xff",
        b"\x81",
        b"a\x81",
        b"\xe9a",
        b"\xc3\xa9\xe9 ",
        b"\xc3\xa9\xc3\xa9\xc3\xa9\xe9 ",
        b"\x1b$B",
        b"\x1b$B!!\x1b(B",
        b"~{",
        b"~{!!~}",
        b"\x00\xd8",
        b"<",
        b"<a ",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\x00\x00"], ids=ascii)
def test_ten_megabytes_of_anything_take_a_second(unit, mark):
    """Whatever is repeated, and whatever mark stands before it: decoding has no slow path; the bound leaves room for a slow machine."""
    data = mark + unit * (MEGABYTES // len(unit)) + b"\xff"
    start = time.process_time()
    decode(data)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"%PDF-1.4\n", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x01\x00\x00\x00\x02\x00\x00\x00" * 20, "NUL"),
        (bytes(range(1, 256)) * 4, "control"),
        (f"{chr(0xBC30)} {chr(0xB2A6)} ".encode("iso2022_kr") * 9, ""),
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
