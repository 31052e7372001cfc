"""The figures that checks look at: the contract of columns and types, and what each figure says."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.document import Decoding, Document, Edit, Flag, Rejection
from copydesk.ledger import difference, replay
from copydesk.metrics import METRICS, STAGES, measure, reverts, text_digest
from copydesk.settings import StageSettings
from copydesk.stages import PER_DOCUMENT, clean

JUDGING = ("ingest", *PER_DOCUMENT)
BEFORE = Document(id="1", source="raw/a.txt", site="a.example", text="Two words.\nMore of them.", text_digest=text_digest("Two words.\nMore of them."))


def edited(document: Document, edit: Edit) -> Document:
    """The document after one edit."""
    return replace(document, text=replay(document.text, (edit,)), edits=(*document.edits, edit))


def test_each_stage_has_its_columns():
    """In the order in which a document meets them, and each frame says whose row it is."""
    assert tuple(METRICS) == STAGES == ("ingest", *PER_DOCUMENT, "duplicates", "publish")
    for columns in METRICS.values():
        assert columns.names[:2] == ["id", "site"]


@pytest.mark.parametrize("stage", JUDGING)
@given(text=st.text(max_size=60), failed=st.booleans())
def test_a_row_fits_its_frame(stage, text, failed):
    """Whatever the text, and whether or not the stage failed on it: just the columns declared, each of its type, and all but a probability there."""
    before = replace(BEFORE, text=text, text_digest=text_digest(text))
    after = replace(before, rejection=Rejection(stage, "stage_error", "x")) if failed else before
    row = measure(stage, before, after)
    frame = pa.Table.from_pylist([row], schema=METRICS[stage])
    assert list(row) == METRICS[stage].names
    assert frame.to_pylist() == [row]
    assert {name for name, value in row.items() if value is None} <= {"probability", "score"}


def test_no_text_reaches_a_frame():
    """An expectation's result quotes the values that failed: an article must not be among them."""
    text = "A sentence of an article that nobody else may see, and nothing but it."
    document = replace(BEFORE, text=text, text_digest=text_digest(text))
    for stage in JUDGING:
        assert not any(isinstance(value, str) and len(value) > 30 for value in measure(stage, document, document).values()), stage


def test_only_stages_that_judge_one_document_are_measured():
    """The others build their frames themselves."""
    for stage in ("duplicates", "publish", "nonsense"):
        with pytest.raises(ValueError, match="is not a stage that judges one document"):
            measure(stage, BEFORE, BEFORE)


def test_ingest_tells_how_a_record_was_read():
    """Bytes are those of the text as UTF-8."""
    document = replace(
        BEFORE, text="\N{LATIN SMALL LETTER E WITH ACUTE}!", decoding=Decoding("cp1252", "", "detected", 0.5, 3), rejection=Rejection("ingest", "id_taken")
    )
    row = measure("ingest", document, document)
    assert (row["bytes"], row["chars"], row["encoding"], row["confidence"], row["replaced"], row["reason"]) == (3, 2, "cp1252", 0.5, 3, "id_taken")
    assert row["source"] == "raw/a.txt"


def test_encoding_tells_what_is_left():
    """Its own edits only, garble that is left, characters that stand for lost ones, and NULs."""
    before = edited(BEFORE, difference("ingest", "r", 0, "Two", "2"))
    text = "caf\N{LATIN CAPITAL LETTER A WITH TILDE}\N{COPYRIGHT SIGN} \N{REPLACEMENT CHARACTER}\0\0"
    row = measure("encoding", before, edited(before, difference("encoding", "r", 0, before.text, text)))
    assert (row["edits"], row["mojibake"], row["replaced"], row["nuls"]) == (1, 1, 1, 2)
    assert (row["chars_in"], row["chars_out"], row["reverts"], row["failed"]) == (len(before.text), len(text), True, "")


def test_boilerplate_tells_the_share_that_went():
    """In words; of a page, the share of its main text, for the markup is no loss."""
    whole = measure("boilerplate", BEFORE, BEFORE)
    assert (whole["words_in"], whole["words_out"], whole["removed_share"]) == (5, 5, 0.0)
    after = edited(BEFORE, Edit("boilerplate", "line", 10, 24, "\nMore of them.", ""))
    row = measure("boilerplate", BEFORE, after)
    assert (row["words_in"], row["words_out"], row["removed_share"], row["edits"]) == (5, 2, pytest.approx(0.6), 1)
    page = replace(BEFORE, text="<p>Two words.</p><nav>And much more that is none of it</nav>", media="html")
    found = edited(page, Edit("boilerplate", "html:main-text", 0, len(page.text), page.text, "Two words.\nMore"))
    row = measure("boilerplate", page, edited(found, Edit("boilerplate", "line", 10, 15, "\nMore", "")))
    assert (row["words_in"], row["words_out"], row["removed_share"], row["edits"]) == (3, 2, pytest.approx(1 / 3), 2)
    empty = replace(BEFORE, text="")
    assert measure("boilerplate", empty, empty)["removed_share"] == 0


def test_language_and_translation_tell_what_was_flagged():
    """The score is a figure of its own and no flagged span; a span outside the text and a text that changed are told."""
    flags = (
        Flag("language", "language", 0, 24, value="en", score=0.9),
        Flag("translation", "calque", 0, 3),
        Flag("translation", "score", 0, 24, score=0.25),
    )
    after = replace(BEFORE, flags=flags)
    row = measure("language", BEFORE, after)
    assert (row["language"], row["probability"], row["letters"]) == ("en", 0.9, 18)
    row = measure("translation", BEFORE, after)
    assert (row["language"], row["words"], row["flags"], row["score"], row["spans_valid"], row["text_unchanged"]) == ("en", 5, 1, 0.25, True, True)
    row = measure("translation", BEFORE, replace(after, text="Two"))
    assert (row["spans_valid"], row["text_unchanged"]) == (False, False)


@given(st.text(max_size=30), st.text(max_size=30), st.text(min_size=1, max_size=3))
def test_reverts_tells_a_text_that_does_not_lead_back(start, end, stranger):
    """Law 1: true for what the ledger made, false once text or digest is another."""
    document = edited(replace(BEFORE, text=start, text_digest=text_digest(start)), difference("s", "r", 0, start, end))
    assert reverts(document)
    assert not reverts(replace(document, text=document.text + stranger))
    assert not reverts(replace(document, text_digest=text_digest(start + stranger)))
    assert not reverts(replace(document, edits=(Edit("s", "r", 5, 3, "", ""),)))


def test_a_digest_is_that_of_the_bytes():
    """As any other tool would compute it; half a surrogate pair has one too."""
    assert text_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert text_digest("\ud83d") != text_digest("")


HOSTILE = [
    "\0" * 50,
    "\ud7ff\ue000",
    "&#55357; &#xD83D;",
    "\\ud83d",
    "\u202e" * 40,
    "<" * 2_000,
    "&" * 2_000,
    "\u0301" * 2_000,
    "\r\r\n" * 500,
    "\x1b[31m",
    "a" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("media", ["text", "html"])
def test_hostile_texts_pass_all_stages(text, media):
    """Law 9 for the whole way: none fails, and all that is done leads back."""
    found = clean(replace(BEFORE, text=text, media=media, text_digest=text_digest(text)), StageSettings())
    assert found.rejection is None
    assert reverts(found)
