"""Taking in: which files are found and what they are called, what their records become, and that every record is accounted for."""

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from copydesk import ingest
from copydesk.document import Document
from copydesk.encoding.decode import decode
from copydesk.errors import InputError
from copydesk.ingest.nesting import deeper_than
from copydesk.ingest.readers import table_lines
from copydesk.metrics import text_digest
from copydesk.settings import IngestSettings, StageSettings
from copydesk.store import schema, shards
from copydesk.work import Unit, ingest_unit, settle_identities, stored_unit, unit_key, units

CASES = json.loads((Path(__file__).parent / "cases" / "ingest.json").read_text(encoding="utf-8"))
SUFFIXES = [kind + packing for kind in ("txt", "html", "jsonl", "csv", "tsv", "warc", "xml") for packing in ("", ".gz", ".zst")] + ["parquet"]
PACKERS = {"": bytes, ".gz": gzip.compress, ".zst": zstd.compress}


def as_lines(*records: object) -> bytes:
    """Records as JSON lines."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def reasons(found: list[Document]) -> list[str]:
    """Why each was rejected, "" for those that were not."""
    return [one.rejection.reason if one.rejection else "" for one in found]


def agrees(found: Document, case: dict[str, object]) -> None:
    """Compare a document with what its case says of it."""
    assert found.text == case["text"]
    assert reasons([found]) == [case["reason"]]
    assert found.text_digest == text_digest(found.text)
    assert found.decoding.replaced == case.get("replaced", 0)
    for name in ("id", "site", "media"):
        assert getattr(found, name) == case.get(name, getattr(found, name))
    assert found.decoding.encoding == case.get("encoding", found.decoding.encoding)
    assert found.id.startswith("doc-") or not case.get("made")


# --- records


@pytest.mark.parametrize("case", CASES["lines"], ids=lambda case: case["label"])
def test_line(case, read):
    """Each line is one record, and the lines around it are none of its business."""
    line = bytes.fromhex(case["hex"]) if "hex" in case else case["line"].encode()
    found = read("site/a.jsonl", b'{"text": "before"}\n' + line + b'\r\n{"text": "after"}')
    assert len(found) == 2 + case.get("rows", 1)
    assert (found[0].text, found[-1].text) == ("before", "after")
    agrees(found[1], case)
    assert found[1].source == "site/a.jsonl#2"
    assert schema.documents(schema.table(found)) == found


@pytest.mark.parametrize("case", CASES["files"], ids=lambda case: case["label"])
def test_file(case, read):
    """A text or a page is one record; a file that cannot be read is one rejected record."""
    found = read(f"site/{case['name']}", bytes.fromhex(case["hex"]))
    assert len(found) == case.get("rows", 1)
    for one in found:
        agrees(one, case)
        speaks_of_the_file = one.rejection is not None and one.rejection.reason in {"empty", "binary"}
        whole = speaks_of_the_file or not one.source.partition("#")[0].endswith((".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet"))
        assert one.source == f"site/{case['name']}" + ("" if whole else "#1")


@pytest.mark.parametrize("packing", PACKERS)
def test_packed_files_hold_what_plain_ones_do(packing, read):
    """Compression changes nothing but the name."""
    lines = as_lines({"id": "a", "text": "One."}, {"id": "b", "text": "Two."})
    found = read(f"site/a.jsonl{packing}", PACKERS[packing](lines))
    assert [(one.id, one.text, one.source) for one in found] == [("a", "One.", f"site/a.jsonl{packing}#1"), ("b", "Two.", f"site/a.jsonl{packing}#2")]
    (text,) = read(f"site/a.txt{packing}", PACKERS[packing](b"One."))
    assert (text.text, text.bytes_digest) == ("One.", hashlib.sha256(b"One.").hexdigest())


@pytest.mark.parametrize(
    ("name", "data", "reason", "says"),
    [
        ("a.txt.gz", b"A word.", "unreadable", "rename the file without .gz"),
        ("a.jsonl.gz", b"PK\x03\x04 archive", "unreadable", "rename the file without .gz"),
        ("a.txt.zst", b"A word.", "unreadable", "no sound zstd"),
        ("a.txt.gz", gzip.compress(b"A word." * 99, mtime=0)[:-9], "truncated", "fetch it again"),
        ("a.xml", b"<rss>\n<channel>\n<item>", "bad_xml", "line 3"),
        ("a.jsonl", b'[\n  {\n    "text": "x"\n  }\n]\n', "not_json_lines", "jq -c"),
        ("a.jsonl", b'\xef\xbb\xbf[\n{"text": "x"},\n{"text": "y"}\n]\n', "not_json_lines", "jq -c"),
        ("a.jsonl", '{\n  "text": "x"\n}\n'.encode("utf-16"), "not_json_lines", "jq -c"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name, data, reason, says, read):
    """One row for the file, one line of words, with the way out of it; and it does not claim that anything was decoded."""
    (found,) = read(name, data)
    assert reasons([found]) == [reason]
    assert says in found.rejection.detail
    assert "\n" not in found.rejection.detail
    assert "<string>" not in found.rejection.detail
    assert (found.decoding.encoding, found.decoding.how) == ("", "")
    assert schema.documents(schema.table([found])) == [found]


@pytest.mark.parametrize("first", [b"[", b"{", b"[]"])
def test_a_bracket_on_the_first_line_costs_itself(first, read):
    """Where the next line is a record, the file is JSON lines with a damaged one."""
    assert reasons(read("a.jsonl", first + b'\n{"text": "x"}\n{"text": "y"}\n'))[1:] == ["", ""]


def test_members_of_a_gzip_file_are_read_on(read):
    """Logs are appended to as further gzip members."""
    assert [one.text for one in read("a.jsonl.gz", gzip.compress(as_lines({"text": "One."})) + gzip.compress(as_lines({"text": "Two."})))] == ["One.", "Two."]


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_a_file_cut_short_gives_what_came_before_the_cut(packing, read):
    """Records before the cut are read, then one rejected row says where the file ended; its position is no other record's."""
    # Blank lines count as positions: without them a position is the number of records, which would hide a mistake. No two texts compress each other away.
    lines = b"".join(as_lines({"text": hashlib.sha512(str(at).encode()).hexdigest() * 4}) + b"\n" for at in range(2_000))
    whole = PACKERS[packing](lines)
    found = read(f"a.jsonl{packing}", whole[: len(whole) * 2 // 3])
    assert len(found) > 100
    assert reasons(found) == [""] * (len(found) - 1) + ["truncated"]
    assert [one.source for one in found] == [f"raw/a.jsonl{packing}#{1 + 2 * at}" for at in range(len(found) - 1)] + [found[-1].source]
    assert len({one.source for one in found}) == len({one.id for one in found}) == len(found)
    assert found[-1].source.startswith(f"raw/a.jsonl{packing}#")
    # Cut in the check sum at the end: all records are there, and the cut is still told.
    assert reasons(read(f"b.jsonl{packing}", whole[:-2]))[-1] == "truncated"


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_a_packed_text_cut_short_is_one_rejected_record(packing, read):
    """Half an article is not an article; when the file is whole again, it is the same document."""
    whole = PACKERS[packing](b"A word and another. " * 500)
    (cut,) = read(f"a.txt{packing}", whole[:-3])
    (mended,) = read(f"a.txt{packing}", whole)
    assert reasons([cut, mended]) == ["truncated", ""]
    assert (cut.id, cut.source) == (mended.id, mended.source)


def test_a_line_beyond_the_limit_is_skipped_without_being_held(tmp_path):
    """Memory is bounded by the limit, not by the line, and the next line is read right."""
    path = tmp_path / "a.jsonl"
    with path.open("wb") as sink:
        sink.write(b'{"text": "before"}\n{"text": "')
        for _ in range(20):
            sink.write(b"x" * 1_000_000)
        sink.write(b'"}\n{"text": "after"}\n')
    (source,) = ingest.find([path])
    tracemalloc.start()
    try:
        found = list(ingest.records(source, "digest", IngestSettings(max_record_bytes=100_000)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reasons(found) == ["", "too_large", ""]
    assert [one.source[-2:] for one in found] == ["#1", "#2", "#3"]
    assert found[2].text == "after"
    assert peak < 2_000_000


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize(("excess", "reason"), [(-1, ""), (0, ""), (2, "too_large")])
def test_the_limit_is_the_records_own_size(excess, reason, ending, read):
    """A record of just so many bytes passes, whatever ends its line; a longer one does not, and the next is untouched by it."""
    line = as_lines({"text": "x" * 100}).strip()
    found = read("a.jsonl", line + ending, max_record_bytes=len(line) - excess)
    assert reasons(found) == [reason]
    if ending:
        assert reasons(read("a.jsonl", line + ending + b'{"text": "y"}\n', max_record_bytes=len(line) - excess)) == [reason, ""]


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.txt.gz", "a.txt.zst"])
def test_a_text_beyond_the_limit_is_refused(name, read):
    """A file that unpacks to more than the limit is not held."""
    data = b"word " * 200_000
    (found,) = read(name, PACKERS[Path(name).suffix if name.count(".") > 1 else ""](data), max_record_bytes=10_000)
    assert reasons([found]) == ["too_large"]


@pytest.mark.parametrize("line", [b"[" * 200_000, b'{"a":' * 200_000, b'{"text": "\\ud83d", "a": ' + b"[" * 200_000, b'{"text": "x", "a": ' + b"[" * 200_000])
def test_a_nesting_bomb_is_one_rejected_line(line, read):
    """Brackets without end exhaust no stack."""
    assert reasons(read("a.jsonl", line + b'\n{"text": "after"}\n')) == ["nested_too_deep", ""]


@pytest.mark.parametrize("field", ["id", "url", "title", "published", "text"])
@pytest.mark.parametrize(("depth", "reason"), [(40, ""), (41, "nested_too_deep"), (1_020, "nested_too_deep")])
def test_json_is_read_as_deep_as_the_limit(field, depth, reason, read):
    """A value nested within a record says nothing where a name belongs, and raises nothing; beyond the limit the record is held back."""
    deep = "[" * (depth - 1) + "]" * (depth - 1)
    (found,) = read("a.jsonl", f'{{"text": "x", "{field}": {deep}}}'.encode(), max_nesting=40)
    assert reasons([found]) == [reason or ("no_text" if field == "text" else "")]


@pytest.mark.parametrize(
    ("page", "depth"),
    [
        ("<div>" * 9 + "x", 9),
        ("<div><p>x</p></div>" * 99, 2),
        ("<ul>" + "<li>x" * 99, 2),
        ("<table>" + "<tr><td>x<td>y" * 99, 3),
        ("<p>x<br><img><hr>" * 99, 1),
        ("<!-- " + "<div>" * 99 + " --><script>" + "<div>" * 99 + "</SCRIPT><p>x", 1),
        ("</div>" * 99 + "<i>x</i>", 1),
        ("x <<< y < z" * 99, 0),
        ("<b>x" * 99, 99),
        ("<!-- " + "<b>x" * 99, 99),
    ],
)
def test_the_depth_of_a_page(page, depth):
    """Elements whose end tags may be left out do not lie in each other; what is not closed at all does, also behind a comment that never ends."""
    assert not depth or deeper_than(page, depth - 1)
    assert not deeper_than(page, depth)


def test_a_page_nested_beyond_the_limit_is_rejected(read):
    """Parsers of trees take time that grows with the depth: such a page never reaches one, wherever it came from."""
    page = "<div>" * 600 + "x"
    assert reasons(read("a.html", page.encode())) == ["nested_too_deep"]
    assert reasons(read("a.jsonl", as_lines({"html": page}, {"text": page}))) == ["nested_too_deep", ""]
    assert reasons(read("a.html", page.encode(), max_nesting=600)) == [""]


def test_field_names_are_settings(read):
    """Another scraper's names, and a record in copydesk's own is then one without text."""
    chosen = {"id_field": "nr", "text_field": "body", "html_field": "page", "url_field": "link", "title_field": "head", "published_field": "day"}
    found = read(
        "a.jsonl", as_lines({"nr": 5, "body": "A", "link": "http://b.example/", "head": "H", "day": "2023-01-02"}, {"page": "<p>"}, {"text": "A"}), **chosen
    )
    assert (found[0].id, found[0].text, found[0].site, found[0].title, found[0].published) == ("5", "A", "b.example", "H", "2023-01-02")
    assert (found[1].media, found[1].text) == ("html", "<p>")
    assert reasons(found) == ["", "", "no_text"]


@given(given_id=st.text(min_size=1, max_size=400))
def test_an_id_is_kept_and_bounded(read, given_id):
    """A given id of up to 200 characters stands as it is; a longer one is cut, and different ones stay different."""
    one, two = read("a.jsonl", as_lines({"id": given_id, "text": "x"}, {"id": given_id + "y", "text": "x"}))
    assert one.id == given_id if len(given_id) <= 200 else len(one.id) < 200
    assert one.id != two.id


def test_made_ids_depend_on_the_place_alone(read):
    """The same record at the same place has the same id in every run; at another it has another."""
    one, two = read("a.jsonl", as_lines({"text": "x"}, {"text": "x"}))
    again, changed = read("a.jsonl", as_lines({"text": "x"}, {"text": "y"}))
    assert (one.id, two.id) == (again.id, changed.id)
    assert one.id != two.id
    assert two.bytes_digest != changed.bytes_digest


# --- Parquet


def test_parquet_rows(tmp_path):
    """Text, numbers, dates and bytes each become what they mean; positions count rows."""
    path = tmp_path / "raw" / "a.parquet"
    path.parent.mkdir()
    latin = next(case["text"] for case in CASES["files"] if case["label"] == "windows-1252")
    stored = pa.array([b"One.", latin.encode("cp1252"), None, b"", b"Last."], pa.binary())
    unchecked = pa.StringArray.from_buffers(5, stored.buffers()[1], stored.buffers()[2], stored.buffers()[0])
    columns = {"id": [1, 2, 3, 4, 5], "text": unchecked, "html": [None, None, b"<p>", None, None], "url": [None, "http://b.example/", None, None, None]}
    pq.write_table(pa.table(columns | {"published": pa.array([0, 1, 2, 3, None], pa.date32()), "unread": [[1]] * 5}), path)
    (source,) = ingest.find([path])
    found = list(ingest.records(source, "digest", IngestSettings()))
    assert [one.text for one in found] == ["One.", latin, "<p>", "", "Last."]
    assert [one.id for one in found][:3] == ["1", "2", "3"]
    assert [one.source for one in found] == [f"raw/a.parquet#{at}" for at in range(1, 6)]
    assert reasons(found) == ["", "", "", "no_text", ""]
    assert [one.media for one in found][:3] == ["text", "text", "html"]
    assert (found[0].published, found[1].site, found[4].published) == ("1970-01-01", "b.example", "")
    assert (found[0].decoding.how, found[1].decoding.how) == ("parquet", "detected")


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.string())])
def test_parquet_text_of_every_type(kind, tmp_path):
    """Writers differ in how they store text."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": pa.array(["One.", None, "Two."]).cast(kind)}), path)
    found = list(ingest.records(*ingest.find([path]), "digest", IngestSettings()))
    assert [one.text for one in found] == ["One.", "", "Two."]


def test_parquet_without_any_known_column(tmp_path):
    """Every row is accounted for, and says which settings name the columns."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"body": ["One.", "Two."]}), path)
    found = list(ingest.records(*ingest.find([path]), "digest", IngestSettings()))
    assert reasons(found) == ["no_text", "no_text"]
    assert "ingest.*_field" in str(found[0].rejection)


def test_a_parquet_row_beyond_the_limit_is_refused(tmp_path):
    """The limit holds for rows too."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["x" * 2_000, "y"]}), path)
    found = list(ingest.records(*ingest.find([path]), "digest", IngestSettings(max_record_bytes=1_000)))
    assert reasons(found) == ["too_large", ""]


@settings(max_examples=40)
@given(place=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
def test_a_corrupt_parquet_file_ends_in_a_rejected_row(read, place, junk):
    """Overwritten anywhere, a file gives rows, or rows and one rejection: it never raises."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": [f"Text {n}" for n in range(300)]}), sink)
    data = sink.getvalue().to_pybytes()
    at = int(place * (len(data) - len(junk)))
    found = read("a.parquet", data[:at] + junk + data[at + len(junk) :])
    assert len({one.source for one in found}) == len(found) >= 1


# --- UTF-16 and UTF-32


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_lines_in_wide_encodings(codec, read):
    """With a mark or without; half of a letter may be the byte of a line feed."""
    texts = ["\N{GURMUKHI SIGN ADAK BINDI}\N{GURMUKHI LETTER A}\N{MALAYALAM SIGN ANUSVARA} \N{LATIN CAPITAL LETTER A WITH MACRON}", "Two.", "x" * 5_000]
    lines = "\n".join(["", *(json.dumps({"text": text}, ensure_ascii=False) for text in texts[:2]), "\r", json.dumps({"text": texts[2]})])
    found = read("a.jsonl", lines.removeprefix("\n").encode(codec))
    assert [one.text for one in found] == texts
    assert [one.source[-2:] for one in found] == ["#1", "#2", "#4"]
    assert all(one.decoding.how == ("bom" if codec in {"utf-16", "utf-32"} else "pattern") for one in found)
    assert reasons(read("a.jsonl", lines.removeprefix("\n").encode(codec), max_record_bytes=1_000)) == ["", "", "too_large"]


def test_half_a_surrogate_pair_in_utf_16_is_counted(read):
    """What UTF-16 cannot say becomes one replacement character, on record; one that the source has is not counted."""
    (found,) = read("a.jsonl", '{"text": "a'.encode("utf-16-le") + b"\x00\xd8" + 'b\N{REPLACEMENT CHARACTER}"}'.encode("utf-16-le"))
    assert (found.text, found.decoding.replaced) == ("a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}", 1)


# --- tables, feeds, web archives


@pytest.mark.parametrize("case", CASES["tables"], ids=lambda case: case["label"])
def test_table(case, read):
    """Rows become records at the lines where they begin; what is no row is told with its lines."""
    found = read(case.get("name", "a.csv"), case["text"].encode())
    rows = [[one.source.partition("#")[2], "" if one.id.startswith("doc-") else one.id, one.text, *reasons([one])] for one in found]
    assert rows == case["rows"]
    for wide in ("utf-16", "utf-32"):
        assert [one.text for one in read(case.get("name", "a.csv"), case["text"].removeprefix("\N{BOM}").encode(wide))] == [row[2] for row in case["rows"]]


def test_a_row_of_few_letters_is_read_as_its_file_is(read):
    """A table has one encoding, and its other rows tell more."""
    texts = [
        "Die Stra\N{LATIN SMALL LETTER SHARP S}e nach M\N{LATIN SMALL LETTER U WITH DIAERESIS}nchen war gesperrt, sagte der Sprecher.",
        "Gr\N{LATIN SMALL LETTER O WITH DIAERESIS}n",
    ]
    found = read("a.csv", "\n".join(["text;id", *(f"{text};{at}" for at, text in enumerate(texts * 3))]).encode("cp1252"))
    assert [one.text for one in found] == texts * 3
    assert {one.decoding.declared for one in found} == {""}


@pytest.mark.parametrize("case", CASES["encoded tables"], ids=lambda case: case["label"])
def test_a_table_in_another_encoding(case, read):
    """A row is decoded before it is split, what cannot be decoded is counted, and the record says how it was read."""
    data = b"".join(part["text"].encode(part["codec"], "surrogatepass") for part in case["parts"])
    found = [one for one in read("a.csv", data) if one.id in case["rows"]]
    assert {one.id: [one.title, one.text] for one in found} == case["rows"]
    for one in found:
        told = one.decoding
        assert [told.encoding, told.how, told.replaced] == case["decoding"]
        shown = one.title + one.text
        assert told.replaced >= shown.count("\N{REPLACEMENT CHARACTER}")


def test_a_table_is_asked_about_once(read, monkeypatch):
    """The detector is slow: it sees the start of a table and the few rows with letters of their own, not every row, wherever the first such row stands."""
    calls: list[int] = []
    monkeypatch.setattr(table_lines, "decode", lambda *given: calls.append(1) or decode(*given))
    text = "Die Stra\N{LATIN SMALL LETTER SHARP S}e nach M\N{LATIN SMALL LETTER U WITH DIAERESIS}nchen war gesperrt, sagte der Sprecher am Montag"
    for before in (0, 3_000):
        rows = [f"{at};plain words of no letter beyond ASCII" for at in range(before)] + [f"{at};{text} {at}" for at in range(3_000)]
        found = read("a.csv", "\n".join(["id;text", *rows]).encode("cp1252"))
        assert [one.text for one in found[before:]] == [f"{text} {at}" for at in range(3_000)]
        assert {one.decoding.encoding for one in found[before:]} == {"cp1252"}
    assert len(calls) < 10


@pytest.mark.parametrize("columns", [1, 2])
def test_a_quote_that_is_not_closed_swallows_no_file(columns, read):
    """Beyond the limit of a record, the lines after the quote are looked at again; where nothing tells them from a text, all of them are one rejected row."""
    rows = b"".join(b"%d,good\n" % at for at in range(2_000)) if columns == 2 else b"word\n" * 2_000
    found = read("a.csv", (b'id,text\n0,"open\n' if columns == 2 else b'text\n"open\n') + rows, max_record_bytes=1_000)
    assert reasons(found) == (["too_large", *[""] * 2_000] if columns == 2 else ["too_large"])


@pytest.mark.parametrize("case", CASES["feeds"], ids=lambda case: case["label"])
def test_feed(case, read):
    """An entry is a record; nothing is fetched, and nothing is expanded."""
    found = read("a.xml", case["xml"].encode())
    assert len(found) == len(case["rows"])
    for one, row in zip(found, case["rows"], strict=True):
        assert reasons([one]) == [row.get("reason", "")]
        assert {name: getattr(one, name) for name in row.keys() - {"reason"}} == {name: row[name] for name in row.keys() - {"reason"}}


def test_a_feed_in_another_encoding(read):
    """What the XML declaration says is held against the bytes."""
    text = "Die Stra\N{LATIN SMALL LETTER SHARP S}e nach M\N{LATIN SMALL LETTER U WITH DIAERESIS}nchen war gesperrt, sagte der Sprecher."
    xml = f"<?xml version='1.0' encoding='ENC'?><rss><channel><item><description>{text}</description></item></channel></rss>"
    for codec in ("iso-8859-1", "utf-8", "utf-16"):
        assert [one.text for one in read("a.rss", xml.replace("ENC", codec).encode(codec))] == [text]
    assert [one.text for one in read("a.rss", xml.replace("ENC", "iso-8859-1").encode())] == [text]


def as_record(kind: str, block: bytes, content: str = "application/http; msgtype=response", **fields: str) -> bytes:
    """One record of a WARC file."""
    head = {"WARC-Type": kind, "WARC-Date": "2024-01-02T03:04:05Z", "Content-Type": content, "Content-Length": str(len(block))}
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    return b"WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + block + b"\r\n\r\n"


def as_answer(body: bytes, head: str = "HTTP/1.1 200 OK\r\nContent-Type: text/html", **fields: str) -> bytes:
    """One stored response."""
    return as_record("response", head.encode() + b"\r\n\r\n" + body, **fields)


@pytest.mark.parametrize("case", CASES["answers"], ids=lambda case: case["label"])
def test_stored_response(case, read):
    """A page is a document; what is none is told, and the records around it are none of its business."""
    found = read("a.warc", as_answer(b"before") + as_answer(case["body"].encode("latin-1"), case["head"]) + as_answer(b"after"))
    middle = [one for one in found if one.text not in {"before", "after"}]
    assert (found[0].text, reasons(middle)) == ("before", [case["reason"]])
    assert (middle[0].text, middle[0].media) == (case["text"], case.get("media", middle[0].media))
    assert middle[0].source.endswith("#4" if case["reason"] == "passed_over" else "#2")


@pytest.mark.parametrize("packing", PACKERS)
def test_web_archive(packing, read):
    """Documents come of pages alone, under the record's id; its date is no date of publication; one row accounts for what was passed over."""
    latin = "caf\N{LATIN SMALL LETTER E WITH ACUTE} et cr\N{LATIN SMALL LETTER E WITH GRAVE}me, dit le gar\N{LATIN SMALL LETTER C WITH CEDILLA}on"
    records = [
        as_record("warcinfo", b"software: x\r\n", "application/warc-fields"),
        as_record("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
        as_answer(
            latin.encode("latin-1"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1",
            WARC_Target_URI="<http://a.example/x>",
            WARC_Record_ID="<urn:uuid:0-1>",
        ),
        as_answer(b"", "HTTP/1.1 404 Not Found"),
        as_answer(b"x", "HTTP/1.1 200 OK\r\nContent-Type: image/png"),
        as_record("revisit", b"HTTP/1.1 200 OK\r\n\r\n"),
        as_record("conversion", b"Plain.", "text/plain", WARC_Target_URI="http://b.example/"),
        as_answer(b"half a pa", WARC_Truncated="length"),
    ]
    whole = b"".join(PACKERS[packing](record) for record in records)
    found = read(f"a.warc{packing}", whole)
    assert [(one.id, one.text, one.site, one.published) for one in found[:1]] == [("0-1", latin, "a.example", "")]
    assert (found[0].decoding.declared, found[1].text, found[1].url) == ("ISO-8859-1", "Plain.", "http://b.example/")
    assert reasons(found) == ["", "", "truncated", "passed_over"]
    assert [int(one.source.partition("#")[2]) for one in found] == [3, 7, 8, 9]
    assert found[3].rejection.detail.endswith("2 responses hold no page and were passed over: 1 of image/png, 1 of status 404")
    # Cut anywhere, it gives what came before the cut, and says that it was cut.
    cut = read(f"a.warc{packing}", whole[: whole.index(PACKERS[packing](records[4])) + 90])
    assert reasons(cut) == ["", "truncated"]


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "zstd", "gzip, zstd"])
def test_packed_pages_are_unpacked_within_the_limit(encoding, read):
    """A page that unpacks to more than a record may have is not held."""
    packers = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstd.compress}
    for size, reason in ((1_000, ""), (1_000_000, "too_large")):
        body = b"x" * size
        for name in encoding.split(", "):
            body = packers[name](body)
        found = read("a.warc", as_answer(body, f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {encoding}"), max_record_bytes=10_000)
        assert reasons(found) == [reason]


@pytest.mark.parametrize(
    "junk", [b"junk\r\n", b"WARC/1.0\r\nContent-Length: -5\r\n\r\n", b"WARC/1.0\r\nx\r\n", b"WARC/1.0\r\na: " + b"b" * 99_999 + b"\r\n\r\n"]
)
def test_what_is_no_record_is_told_and_passed_over(junk, read):
    """Damage between records costs itself."""
    found = read("a.warc", as_answer(b"One.") + junk + as_answer(b"Two."))
    assert reasons(found) == ["", "bad_warc", ""]
    assert [one.source[-2:] for one in found] == ["#1", "#2", "#3"]


@given(bodies=st.lists(st.binary(max_size=200), max_size=6), packed=st.booleans())
def test_an_archive_is_read_as_warcio_reads_it(read, bodies, packed):
    """Another reader of the format agrees on which pages there are, and on every byte of them."""
    records = [as_answer(body, "HTTP/1.1 200 OK\r\nContent-Type: text/plain", WARC_Target_URI=f"http://a.example/{at}") for at, body in enumerate(bodies)]
    data = b"".join(gzip.compress(record) if packed else record for record in records)
    theirs = [hashlib.sha256(record.content_stream().read()).hexdigest() for record in ArchiveIterator(io.BytesIO(data))]
    ours = [one.bytes_digest for one in read("w.warc.gz" if packed else "w.warc", data)]
    assert ours == (theirs or ours[:1])


# --- limits, and files that change


@pytest.mark.parametrize("packing", [".gz", ".zst"])
@pytest.mark.parametrize("kind", ["jsonl", "csv", "warc"])
def test_a_bomb_is_read_no_further(kind, packing, read, monkeypatch):
    """What came before it stands; one row tells the ratio's setting."""
    monkeypatch.setattr("copydesk.ingest.streams.GRACE", 200_000)
    start = {"jsonl": as_lines({"text": "One."}), "csv": b"text\nOne.\n", "warc": as_answer(b"One.")}[kind]
    data = PACKERS[packing](start) + PACKERS[packing](b"\n" * 1_000_000)
    found = read(f"a.{kind}{packing}", data)
    assert reasons(found) == ["", "too_dense"]
    assert "max_decompression_ratio" in found[1].rejection.detail
    assert reasons(read(f"a.{kind}{packing}", data, max_decompression_ratio=100_000)) == [""]


def test_a_parquet_bomb_is_not_read(tmp_path, monkeypatch):
    """A dictionary repeats a text for nothing."""
    monkeypatch.setattr("copydesk.ingest.readers.parquet.GRACE", 1_000_000)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["x" * 10_000] * 5_000}), path, compression="zstd")
    found = list(ingest.records(*ingest.find([path]), "digest", IngestSettings()))
    assert reasons(found)[-1] == "too_dense"
    assert len(found) < 200


@pytest.mark.parametrize(("name", "fill"), [("a.jsonl", b"x"), ("a.csv", b"x"), ("a.csv", b"x\n"), ("a.warc", b"x"), ("a.xml", b"<x>"), ("a.html", b"<p>")])
def test_200_mb_of_one_record_take_no_memory(name, fill, tmp_path):
    """In a process of its own, the peak beside the program's own is a small part of the file."""
    start = {"a.jsonl": b'{"text": "', "a.csv": b'id,text\n1,"', "a.warc": b"WARC/1.0\r\nX: ", "a.xml": b"<rss>", "a.html": b"<p>"}[name]
    path = tmp_path / name
    with path.open("wb") as sink:
        sink.write(start)
        for _ in range(200 if fill == b"x" else 4):
            sink.write(fill * (1_000_000 // len(fill)))
    code = f"""
import resource
from copydesk import ingest
from copydesk.settings import IngestSettings
(source,) = ingest.find([{str(path)!r}])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = [one.rejection.reason for one in ingest.records(source, "digest", IngestSettings(max_record_bytes=2_000_000))]
print(len(found), found[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rows, reason, grown = done.stdout.split()
    assert (rows, reason) == ("1", "bad_warc" if name == "a.warc" else "too_large")
    assert int(grown) < 60_000  # kB


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.jsonl.gz", "a.csv", "a.parquet", "a.warc"])
def test_a_file_that_changed_is_told_and_read_anew(name, tmp_path):
    """Its rows do not all carry the digest that it was found with, so the next run does not take it for read."""
    path = tmp_path / name
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": ["One."]}), sink)
    contents = {".txt": b"One.", ".jsonl": as_lines({"text": "One."}), ".gz": gzip.compress(as_lines({"text": "One."})), ".csv": b"text\nOne.\n"}
    data = (contents | {".parquet": sink.getvalue().to_pybytes(), ".warc": as_answer(b"One.")})[path.suffix]
    path.write_bytes(data)
    (source,) = ingest.find([path])
    now, before = hashlib.sha256(data).hexdigest(), hashlib.sha256(b"before").hexdigest()
    assert reasons(list(ingest.records(source, now, IngestSettings()))) == [""]
    found = list(ingest.records(source, before, IngestSettings()))
    assert reasons(found) == (["changed"] if name == "a.txt" else ["", "changed"])
    assert found[-1].source_digest == now
    assert len({one.id for one in found}) == len(found)


# --- every record is accounted for


RECORDS = st.one_of(
    st.builds(lambda text: json.dumps({"text": text}).encode(), st.text(max_size=20)),
    st.builds(lambda text: json.dumps({"text": text}, ensure_ascii=False).encode(), st.text(max_size=20)),
    st.builds(lambda value: json.dumps(value).encode(), st.recursive(st.none() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3))),
    st.binary(max_size=30).map(lambda data: data.replace(b"\n", b"") + b"."),
)


@given(lines=st.lists(RECORDS, max_size=20), ending=st.sampled_from([b"\n", b"\r\n"]), packing=st.sampled_from([*PACKERS]))
def test_as_many_rows_as_lines(read, lines, ending, packing):
    """Law 4 begins here: whatever N lines hold, N rows come of them, each under its own position and id, and all can be written."""
    lines = [b'{"id": "first", "text": "t"}', *lines]  # so that it is no binary file, which would be one row
    found = read(f"a.jsonl{packing}", PACKERS[packing](ending.join([*lines, b""])))
    assert [int(one.source.rpartition("#")[2]) for one in found] == list(range(1, len(lines) + 1))
    assert len({one.id for one in found}) == len(lines)
    assert schema.documents(schema.table(found)) == found


@given(data=st.binary(max_size=300), suffix=st.sampled_from(SUFFIXES))
def test_no_bytes_raise(read, data, suffix):
    """Law 9: arbitrary bytes under any name become documents or rejections."""
    found = read(f"a.{suffix}", data)
    assert found
    assert schema.documents(schema.table(found)) == found


def test_a_file_that_has_gone_is_one_rejected_record(tmp_path):
    """Between finding and reading, a scraper may move its file."""
    path = tmp_path / "a.txt"
    path.write_text("word", encoding="utf-8")
    (source,) = ingest.find([path])
    path.unlink()
    assert reasons(list(ingest.records(source, "digest", IngestSettings()))) == ["unreadable"]


# --- finding


def test_a_folder_is_searched_for_what_can_be_read(plant):
    """Names are root folder and path, sorted; the site is the top folder, else the root; other and hidden files are passed over."""
    root = plant(
        [
            "b.example/2023/x.txt",
            "a.example/p.html",
            "loose.jsonl.gz",
            "n.parquet",
            "notes.md",
            "x.parquet.gz",
            ".hidden.txt",
            ".git/a.txt",
            "a.example/.t/b.txt",
            "c.gz",
        ]
    )
    assert [(source.name, source.site, source.kind, source.compression) for source in ingest.find([root])] == [
        ("raw/a.example/p.html", "a.example", "html", None),
        ("raw/b.example/2023/x.txt", "b.example", "text", None),
        ("raw/loose.jsonl.gz", "raw", "jsonl", "gzip"),
        ("raw/n.parquet", "raw", "parquet", None),
    ]


def test_names_do_not_depend_on_how_the_folder_is_called(plant, monkeypatch):
    """Relative, absolute, with dots or a slash at the end: the same names."""
    root = plant(["b.example/x.txt"])
    monkeypatch.chdir(root.parent)
    for way in ("raw", "raw/", "./raw", "raw/b.example/..", str(root), "raw/*/x.txt", "raw/**/*.txt", "raw/*"):
        assert [source.name for source in ingest.find([way])] == ["raw/b.example/x.txt"], way
    monkeypatch.chdir(root)
    assert [source.name for source in ingest.find(["."])] == ["raw/b.example/x.txt"]


def test_a_glob_finds_what_it_matches(plant):
    """Only files of a known kind, also in the folders that it names, and nothing at all is no error: there may be none today."""
    root = plant(["a/1.txt", "a/2.html", "b/1.txt", "b/c/3.txt", "b/.d/4.txt", "a/5.md"])
    assert [source.name for source in ingest.find([f"{root}/*/1.txt"])] == ["raw/a/1.txt", "raw/b/1.txt"]
    assert [source.name for source in ingest.find([f"{root}/b*"])] == ["raw/b/1.txt", "raw/b/c/3.txt"]
    assert [source.name for source in ingest.find([f"{root}/a/*"])] == ["a/1.txt", "a/2.html"]
    assert ingest.find([f"{root}/*.warc"]) == []


def test_a_single_file_is_named_after_its_folder(plant):
    """One file alone, given twice, is one source."""
    root = plant(["b.example/x.txt"])
    (source,) = ingest.find([root / "b.example" / "x.txt", str(root / "b.example" / "x.txt")])
    assert (source.name, source.site) == ("b.example/x.txt", "b.example")


@pytest.mark.parametrize("name", ["a.md", "a", "a.txt.bz2", "a.parquet.gz", "a.gz", ".txt"])
def test_a_single_file_of_no_known_kind_is_an_error(name, plant):
    """Who names a file wants it read: passing over it would be silence."""
    with pytest.raises(InputError, match="is of no kind that can be read"):
        ingest.find([plant([name]) / name])


@pytest.mark.parametrize(
    ("root", "says"), [("nowhere", "does not exist"), ("", "is no place"), ("a\0b", "does not exist"), ("nowhere/*.txt", "does not exist")]
)
def test_a_root_that_is_not_there_is_an_error(root, says):
    """An empty name would be the current folder: a variable that is not set must not read whatever lies there."""
    with pytest.raises(InputError, match=says):
        ingest.find([root])


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python takes it for a single asterisk since 3.13")
def test_a_glob_that_python_does_not_know_is_an_error(plant):
    """Two asterisks within a name stand for nothing."""
    with pytest.raises(InputError, match="is no glob"):
        ingest.find([f"{plant(['a.txt'])}/x**.txt"])


def test_two_files_of_one_name_are_an_error(plant):
    """Two roots of the same name would make one document of two; the message names both."""
    root = plant(["one/news/a.txt", "two/news/a.txt", "two/news/b.txt"])
    with pytest.raises(InputError, match=r"one/news/a\.txt and .*two/news/a\.txt would both be called news/a\.txt"):
        ingest.find([root / "one" / "news", root / "two" / "news"])
    assert len(ingest.find([root])) == 3
    assert len(ingest.find([root / "one" / "news", root / "one" / "news"])) == 1


@pytest.mark.parametrize("way", ["", "/*/*", "/**/*.txt"])
def test_links_out_of_the_folder_are_passed_over(way, plant, tmp_path):
    """A scraped archive may hold a link to anything; one to a file inside is that file. Two that go round in circles would never end."""
    root = plant(["site/a.txt"])
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "s.txt").write_text("secret", encoding="utf-8")
    (root / "site" / "out.txt").symlink_to(secret / "s.txt")
    (root / "site" / "folder").symlink_to(secret)
    (root / "site" / "loop").symlink_to(root)
    (root / "site" / "broken.txt").symlink_to(root / "nothing")
    (root / "site" / "in.txt").symlink_to(root / "site" / "a.txt")
    (root / "site" / "again").symlink_to(root)
    assert [source.name for source in ingest.find([f"{root}{way}"])] == ["raw/site/a.txt", "raw/site/in.txt"]


def test_names_that_are_not_utf_8_stay_apart(tmp_path):
    """File names are bytes: two that differ in one of them are two documents, and site and name can be written."""
    folder = os.fsencode(tmp_path) + b"/raw/s\xe9te"
    os.makedirs(folder)  # noqa: PTH103 - pathlib takes no bytes
    for name in (b"caf\xe8.txt", b"caf\xe9.txt"):
        Path(os.fsdecode(folder + b"/" + name)).write_text("word", encoding="utf-8")
    found = ingest.find([tmp_path / "raw"])
    assert [source.name for source in found] == [r"raw/s\udce9te/caf\udce8.txt", r"raw/s\udce9te/caf\udce9.txt"]
    documents = [one for source in found for one in ingest.records(source, "digest", IngestSettings())]
    assert schema.documents(schema.table(documents)) == documents


def test_a_folder_that_cannot_be_read_is_an_error(plant, monkeypatch):
    """Passing over it would look as if its documents had been taken away."""
    root = plant(["a/1.txt", "b/2.txt"])
    scan = os.scandir

    def guarded(path: str | Path):
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(InputError, match=r"raw/b cannot be read \(Permission denied\)"):
        ingest.find([root])


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20), st.integers(1, 10**9))
def test_the_file_of_a_record(stem, position):
    """From a record's source its file is known, whatever marks stand in the file's name."""
    for suffix in (".txt", ".jsonl", ".jsonl.gz"):
        assert ingest.file_of(f"raw/{stem}{suffix}") == f"raw/{stem}{suffix}"
        assert ingest.file_of(f"raw/{stem}{suffix}#{position}") == f"raw/{stem}{suffix}"


# --- units, shards, identities


def test_units_are_worth_a_task():
    """Small files together, up to a size and a number; a large one alone; none lost, in order."""

    def made(sizes):
        return [ingest.Source(f"raw/{at:05d}.txt", "", "raw", "text", None, size) for at, size in enumerate(sizes)]

    sources = made([10_000_000, 20_000_000, 10_000_000, 90_000_000, 5, *[1] * 4_100])
    found = list(units((source, source.name) for source in sources))
    assert [len(unit.sources) for unit in found] == [2, 1, 1, 2_000, 2_000, 101]
    assert [source for unit in found for source in unit.sources] == sources
    assert [digest for unit in found for digest in unit.digests] == [source.name for source in sources]
    assert list(units([])) == []


def unit_of(root: Path) -> Unit:
    """All files below a folder as one unit."""
    (found,) = units((source, shards.file_digest(Path(source.path))) for source in ingest.find([root]))
    return found


def test_a_unit_is_read_once(plant, tmp_path):
    """Its shards are found again under its key, as long as every one of them is whole; other bytes or settings are another unit."""
    chosen = StageSettings(ingest=IngestSettings(documents_per_shard=2))
    unit = unit_of(plant([f"a/{n}.txt" for n in range(5)]))
    key, work = unit_key(unit, chosen), tmp_path / "work"
    assert stored_unit(work, key) is None
    made = ingest_unit(unit, chosen, work)
    assert [piece.documents.rows for piece in made] == [2, 2, 1]
    assert [piece.metrics.rows for piece in made] == [2, 2, 1]
    assert stored_unit(work, key) == made
    Path(made[1].metrics.path).write_bytes(b"torn")
    assert stored_unit(work, key) is None
    assert unit_key(unit, StageSettings(ingest=IngestSettings(text_field="body"))) != key
    assert unit_key(Unit(unit.sources, ("x", *unit.digests[1:])), chosen) != key


def test_a_file_without_records_is_a_row_too(tmp_path):
    """An empty file is accounted for, and not read again and again."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.jsonl").write_bytes(b"\n")
    unit = unit_of(tmp_path / "raw")
    (piece,) = ingest_unit(unit, StageSettings(), tmp_path)
    assert reasons(schema.documents(shards.read(piece.documents))) == ["empty"]
    assert stored_unit(tmp_path, unit_key(unit, StageSettings())) == [piece]


def test_long_documents_make_small_shards(tmp_path, monkeypatch):
    """A shard is held in memory: its size is bounded in characters as well."""
    monkeypatch.setattr("copydesk.work._SHARD_CHARS", 1_000)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.jsonl").write_bytes(as_lines(*({"text": "x" * 600} for _ in range(5))))
    assert [piece.documents.rows for piece in ingest_unit(unit_of(tmp_path / "raw"), StageSettings(), tmp_path)] == [2, 2, 1]


CLASHES = {
    "b/one.jsonl": ["x", "y", "x"],
    "a/ten.jsonl": [*"0123456789", "x"],
    "c/two.jsonl": ["y", "z", "taken", "x"],
}


@pytest.mark.parametrize("per_shard", [1, 2, 3, 100])
def test_the_first_record_of_an_id_keeps_it(per_shard, tmp_path):
    """Law 3: first by file name and position, however the records fell into shards; the others are held back, and say whose id it is."""
    for name, ids in CLASHES.items():
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_lines(*({"id": one, "text": f"{name} {at}"} for at, one in enumerate(ids))))
    chosen = StageSettings(ingest=IngestSettings(documents_per_shard=per_shard))
    pieces = ingest_unit(unit_of(tmp_path / "raw"), chosen, tmp_path / "work")
    settled = settle_identities(pieces[::-1], {"taken": "raw/published.txt", "y": "raw/b/one.jsonl"}, {"raw/published.txt"}, tmp_path / "work")
    found = {one.source: one for piece in settled for one in schema.documents(shards.read(piece.documents))}
    held = {source: one.rejection.detail for source, one in found.items() if one.rejection}
    assert held == {
        "raw/b/one.jsonl#1": "the id x is already that of raw/a/ten.jsonl",
        "raw/b/one.jsonl#3": "the id x is already that of raw/a/ten.jsonl",
        "raw/c/two.jsonl#1": "the id y is already that of raw/b/one.jsonl",
        "raw/c/two.jsonl#3": "the id taken is already that of raw/published.txt",
        "raw/c/two.jsonl#4": "the id x is already that of raw/a/ten.jsonl",
    }
    assert len({one.id for one in found.values()}) == len(found) == sum(map(len, CLASHES.values()))
    assert found["raw/b/one.jsonl#1"].id == f"x~{shards.key('raw/b/one.jsonl#1')[:8]}"
    figures = {row["source"]: row for piece in settled for row in shards.read(piece.metrics).to_pylist()}
    assert {source: one.id for source, one in found.items()} == {source: row["id"] for source, row in figures.items()}
    assert {source for source, row in figures.items() if row["reason"] == "id_taken"} == set(held)


def test_without_clashes_nothing_is_written_again(plant, tmp_path):
    """The pieces are the same objects."""
    pieces = ingest_unit(unit_of(plant(["a.txt", "b.txt"])), StageSettings(), tmp_path / "work")
    assert settle_identities(pieces, {}, (), tmp_path / "work") == pieces


def test_an_id_that_foresees_its_neighbours_new_one(tmp_path):
    """Ids come from strangers: one that is just what a held-back record would be called still stands for one record only."""
    (tmp_path / "raw").mkdir()
    foreseen = f"x~{shards.key('raw/a.jsonl#2')[:8]}"
    (tmp_path / "raw" / "a.jsonl").write_bytes(as_lines(*({"id": one, "text": "t"} for one in ("x", "x", foreseen, foreseen + "~"))))
    pieces = ingest_unit(unit_of(tmp_path / "raw"), StageSettings(), tmp_path / "work")
    (settled,) = settle_identities(pieces, {}, (), tmp_path / "work")
    assert shards.read(settled.documents).column("id").to_pylist() == ["x", foreseen + "~~", foreseen, foreseen + "~"]
