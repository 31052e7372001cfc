"""Boilerplate: the cases, the phrase files, the laws as properties, and pages that no one should have made."""

import json
import re
import time
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import ledger
from copydesk.boilerplate import keep_lines, stage
from copydesk.boilerplate.evidence import Line, evidence, trimmed
from copydesk.boilerplate.folding import fold
from copydesk.boilerplate.inline import rules
from copydesk.boilerplate.lexicon import INSIDE, Phrase, build, lexicon, parse
from copydesk.boilerplate.strip import MOST_LINES, strip
from copydesk.document import Document, Media
from copydesk.errors import InputError
from copydesk.settings import BoilerplateSettings
from copydesk.stage import advance

CASES, KEPT, INSIDE_CASES = (
    json.loads((Path(__file__).parent / "cases" / f"boilerplate{name}.json").read_text(encoding="utf-8")) for name in ("", "_kept", "_inside")
)
FILES = sorted(Path(str(files("copydesk.boilerplate") / "phrases")).glob("*.txt"))
LANGUAGES = {"ar", "de", "el", "en", "es", "fi", "fr", "it", "ja", "ko", "mul", "nl", "pl", "pt", "ru", "sv", "tr", "zh"}
ARTICLE = (
    "The harbour board voted on Tuesday to move the ferry terminal to the old grain quay before the summer season starts.",
    "Divers had found two hollow piles under the present pier, and nobody on the board wished to wait for a third one.",
)
STAGE = stage(BoilerplateSettings())


def stripped(text: str, media: Media = "text", chosen: BoilerplateSettings | None = None) -> Document:
    """A document after the stage."""
    return advance(stage(chosen) if chosen else STAGE, Document(id="1", source="s", site="", text=text, media=media))


@cache
def phrases(name: str) -> tuple[Phrase, ...]:
    """The entries of a shipped file."""
    return parse(name, next(path for path in FILES if path.name == name).read_text(encoding="utf-8"))


# --- cases


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case, id=f"{case['language']}: {case['label']}", marks=pytest.mark.xfail(reason=case["comment"], strict=True) if case["known_failure"] else ()
        )
        for case in CASES
    ],
)
def test_case(case: dict[str, list[str]]) -> None:
    """Just the lines that a case names are gone, and the others stand as they stood."""
    kept = keep_lines(case["lines"])
    assert [line for line, keeps in zip(case["lines"], kept, strict=True) if not keeps] == case["gone"]
    left = stripped("\n".join(case["lines"])).text
    assert [line for line in left.splitlines() if line] == [line for line, keeps in zip(case["lines"], kept, strict=True) if keeps and line]


def test_cases_are_many() -> None:
    """There are cases of both sorts, and positive ones in every language that has a file."""
    assert sum(bool(case["gone"]) for case in CASES) >= 60
    assert sum(not case["gone"] for case in CASES) >= 40
    assert {case["language"] for case in CASES if case["gone"]} == LANGUAGES - {"mul"}


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['language']}: {case['label']}") for case in KEPT])
def test_what_must_stay(case: dict[str, list[str]]) -> None:
    """A text that is all article comes out as it went in."""
    text = "\n".join(case["lines"])
    after = stripped(text)
    assert [(edit.rule, edit.before) for edit in after.edits] == []
    assert after.text == text
    assert all(keep_lines(case["lines"]))


def test_what_must_stay_is_much() -> None:
    """At least 150 texts in ten languages and more lose nothing, no two alike."""
    assert len({"\n".join(case["lines"]) for case in KEPT}) == len(KEPT) >= 150
    assert len({case["language"] for case in KEPT}) >= 10


# --- inside lines

EVERY_RULE = BoilerplateSettings(remove_dateline=True)
SWITCHES = {rule: f"remove_{rule.replace('-', '_')}" for rule in {case["rule"] for case in INSIDE_CASES}} | {
    "source-credit": "lift_source_credit",
    "en/label": "remove_repeated_title",
}


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['rule']} {case['language']}: {case['label']}") for case in INSIDE_CASES])
def test_inside_a_line(case: dict[str, list[str]]) -> None:
    """A rule takes its part of a line and no more, can be switched off, and what a source credit names is kept as a flag."""
    text, rule = "\n".join(case["lines"]), str(case["rule"])
    after = stripped(text, chosen=EVERY_RULE)
    assert after.text == "\n".join(case["left"])
    assert rule in {edit.rule for edit in after.edits}
    assert [flag.value for flag in after.flags] == ([case["value"]] if case["value"] else [])
    assert ledger.revert(after.text, after.edits) == text
    assert advance(stage(EVERY_RULE), after) == after
    without = stripped(text, chosen=EVERY_RULE.model_copy(update={SWITCHES[rule]: False}))
    assert rule not in {edit.rule for edit in without.edits}


def test_every_rule_has_cases_and_a_switch() -> None:
    """Each switch of the settings belongs to a rule with cases in several languages, but for those that have no words."""
    switches = {name for name in BoilerplateSettings.model_fields if name.startswith(("remove_", "lift_"))}
    assert switches == set(SWITCHES.values())
    languages = {rule: {case["language"] for case in INSIDE_CASES if case["rule"] == rule} for rule in SWITCHES}
    assert all(len(found) >= 2 for rule, found in languages.items() if rule != "en/label"), languages


def test_a_dateline_stays_unless_asked_for() -> None:
    """Where and by whom is said is part of an article."""
    assert stripped(f"OXMOUTH (Reuters) - {ARTICLE[0]}").edits == ()


def test_a_source_is_where_it_stood() -> None:
    """The flag of a source points to the place from which the credit was cut, after edits before and behind it too."""
    after = stripped(f"Share this article\n{ARTICLE[0]}\n{ARTICLE[1]} (Source: Oxmouth Post)\nLeave a comment")
    flag = after.flag("boilerplate", "source-credit")
    assert flag is not None
    assert (flag.value, flag.start, flag.end) == ("Oxmouth Post", len(after.text), len(after.text))
    assert after.text == "\n".join(ARTICLE)


def test_several_cuts_of_one_line() -> None:
    """What stands behind one another is taken one after the other."""
    after = stripped(f"Digital Desk: {ARTICLE[0]} Photo: Tom Reed/Gazette\n{ARTICLE[1]} Read more » (Source: Oxmouth Post)")
    assert after.text == "\n".join(ARTICLE)
    assert sorted(edit.rule for edit in after.edits) == ["desk-label", "photo-credit", "read-more", "source-credit"]


def test_no_words_cut_nothing() -> None:
    """Rules made from a lexicon without words apply to nothing."""
    nothing = rules(build([]), EVERY_RULE)
    assert not nothing.suspect("Read more Photo: Source:")


# --- the phrase files


def test_every_language_has_its_file() -> None:
    """The files that the package ships are just those that the documentation promises."""
    assert {path.stem for path in FILES} == LANGUAGES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_phrase_goes_from_a_tail(path: Path) -> None:
    """Each entry that is not a pattern is removed below an article, in company where it needs it, and its article stays."""
    for phrase in phrases(path.name):
        if phrase.kind in ("pattern", "notice", *INSIDE):
            continue
        tail = {"label": [phrase.text, "Leave a comment"], "start": [f"{phrase.text}: Seal pups on the sandbank"]}.get(phrase.kind, [phrase.text])
        assert keep_lines([*ARTICLE, *tail]) == [True, True, *[False] * len(tail)], phrase


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_word_goes_from_inside(path: Path) -> None:
    """Each entry that stands inside lines is cut there: behind a sentence, or before the first one."""
    for phrase in phrases(path.name):
        found = {
            "more": f"{ARTICLE[0]} {phrase.text} »",
            "click": f"{ARTICLE[0]} {phrase.text}",
            "shares": f"{ARTICLE[0]} 128 {phrase.text}",
            "photo": f"{ARTICLE[0]} {phrase.text} Tom Reed",
            "source": f"{ARTICLE[0]} ({phrase.text} Tom Reed)",
            "desk": f"{phrase.text}: {ARTICLE[0]}",
            "agency": f"OXMOUTH ({phrase.text}) - {ARTICLE[0]}",
        }.get(phrase.kind, ARTICLE[0])
        assert stripped(found, chosen=EVERY_RULE).text == ARTICLE[0], phrase


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_entry_says_where_it_was_seen(path: Path) -> None:
    """An entry has a comment of its own or stands under a heading that says where pages print such lines."""
    headed = False
    for row in path.read_text(encoding="utf-8").splitlines():
        headed = headed or row.startswith("# ---")
        assert not row.strip() or row.startswith("#") or headed or "\t# " in row, row


def test_all_files_are_one_lexicon() -> None:
    """All patterns of all files fit into RE2's memory together, and no entry is lost on the way."""
    whole = lexicon()
    assert whole.matching("nothing that a page prints") is None
    assert len(whole.patterns) == sum(phrase.kind in ("pattern", "notice") for path in FILES for phrase in phrases(path.name))
    assert {phrase.lang for kind in INSIDE for phrase in whole.inside[kind]} == LANGUAGES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_pattern_covers_a_sentence_of_the_cases(path: Path) -> None:
    """No pattern by itself covers a line that must stay."""
    stays = [line for case in CASES if not case["known_failure"] for line in case["lines"] if line not in case["gone"]]
    stays += [line for case in KEPT for line in case["lines"]]
    for phrase in phrases(path.name):
        if phrase.kind in ("pattern", "notice"):
            only = build([phrase])
            assert [line for line in stays if only.matching(line)] == [], phrase


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("lines\tleave a comment", "the kind 'lines' is not one of"),
        ("leave a comment", "is not one of"),
        ("line", "the phrase is empty"),
        ("line\t ", "the phrase is empty"),
        ("line\t***", "the phrase is empty"),
        ("line\tleave a comment\tseen on forums", "an entry is kind<TAB>phrase<TAB># comment"),
        ("line\tleave a comment\t# one\t# two", "an entry is kind<TAB>phrase<TAB># comment"),
        ("pattern\t(unclosed", "is no RE2 pattern"),
        ("notice\t(?=ahead)", "is no RE2 pattern"),
        ("pattern\t.*", "matches an empty line"),
        ("label\tCOOKIES!", "stands twice in this file"),
    ],
)
def test_a_bad_entry_is_named(row: str, problem: str) -> None:
    """An entry that cannot be used is an `InputError` that says in which file and line and what is wrong."""
    with pytest.raises(InputError, match=re.escape(problem)) as found:
        parse("xx.txt", f"# a comment\n\nline\tcookies\n{row}\n")
    assert "phrases/xx.txt, line 4:" in str(found.value)


def test_a_start_and_a_line_may_say_the_same() -> None:
    """One phrase may be a heading and a start, as they are looked up in different places."""
    entries = parse("xx.txt", "heading\talso read\nstart\talso read\n")
    assert [entry.kind for entry in entries] == ["heading", "start"]


def test_the_first_of_two_files_names_the_hit() -> None:
    """A phrase of two languages is told as that of the first."""
    lines = build([Phrase("en", "line", "Newsletter"), Phrase("de", "line", "newsletter")]).lines
    assert lines["newsletter"].lang == "en"


def test_no_patterns_match_nothing() -> None:
    """A lexicon without patterns is asked like any other."""
    assert build([]).matching("anything") is None


# --- settings and reasons


def test_head_and_tail_bound_what_goes() -> None:
    """With no head and no tail only what is never part of an article goes."""
    text = "\n".join(("Share this article", *ARTICLE, "Advertisement", "Leave a comment"))
    narrow = stripped(text, chosen=BoilerplateSettings(head_lines=0, tail_lines=0)).text
    assert narrow.splitlines() == ["Share this article", *ARTICLE, "Leave a comment"]
    tail_only = stripped(text, chosen=BoilerplateSettings(head_lines=0, tail_lines=1)).text
    assert tail_only.splitlines() == ["Share this article", *ARTICLE]


def test_a_text_of_too_many_lines_is_left_alone() -> None:
    """What has more lines than any article costs nothing and keeps them all."""
    text = "\n" * MOST_LINES + "Leave a comment"
    assert stripped(text).text == text
    assert "Leave" not in stripped(text[2:]).text


def test_each_edit_says_why() -> None:
    """The ledger names language, kind and phrase of what was removed."""
    edits = stripped("\n".join((*ARTICLE, "You may also like", "Seal pups on the sandbank"))).edits
    assert {edit.rule for edit in edits} == {"en/heading"}
    assert "stands under the teaser heading (en: you may also like)" in {edit.why for edit in edits}


def test_the_gap_closes() -> None:
    """Of the blank lines round a removed line one gap stays, and the end of the text stays as it was."""
    assert stripped(f"{ARTICLE[0]}\n\nAdvertisement\n\n{ARTICLE[1]}\n").text == f"{ARTICLE[0]}\n\n{ARTICLE[1]}\n"
    assert stripped(f"{ARTICLE[0]}\n\nAdvertisement\n\nLeave a comment").text == ARTICLE[0]
    assert stripped(f"{ARTICLE[0]}\r\nLeave a comment\r\n").text == f"{ARTICLE[0]}\r\n"


# --- laws


@cache
def pool() -> tuple[str, ...]:
    """Lines of every sort: phrases of all kinds and languages, and ordinary lines from the cases."""
    entries = [phrase for path in FILES for phrase in phrases(path.name)[::9] if phrase.kind not in ("pattern", "notice")]
    shown = [f"{phrase.text}: Seal pups" if phrase.kind == "start" else phrase.text for phrase in entries]
    return tuple(dict.fromkeys([*shown, *(line for case in (*CASES, *INSIDE_CASES) for line in case["lines"]), "", " ", "\N{NO-BREAK SPACE}"]))


LINES = st.lists(st.tuples(st.deferred(lambda: st.sampled_from(pool())), st.sampled_from(["\n", "\n\n", "\r\n", "\N{LINE SEPARATOR}"])), max_size=60)
TEXTS = LINES.map(lambda lines: "".join(line + gap for line, gap in lines)) | LINES.map(lambda lines: "\n".join(line for line, _ in lines))


@given(TEXTS)
def test_the_ledger_gives_back_what_was_there(text: str) -> None:
    """Laws 1 and 7: each edit fits the text that it speaks of, replaying gives the result and reverting the original."""
    after = stripped(text)
    assert after.rejection is None
    for edit in after.edits:
        assert 0 <= edit.start <= edit.end <= len(text)
        assert text[edit.start : edit.end] == edit.before
    for later, earlier in pairwise(after.edits):
        assert earlier.end <= later.start
    assert ledger.replay(text, after.edits) == after.text
    assert ledger.revert(after.text, after.edits) == text


@given(TEXTS)
def test_a_second_run_edits_nothing(text: str) -> None:
    """Law 2: what was kept is kept again."""
    once = stripped(text)
    assert advance(STAGE, once) == once


@given(TEXTS)
def test_what_remains_was_there(text: str) -> None:
    """What remains is lines of the text or parts of them, in their order, and the rules of text and of lines agree."""
    kept = [line for line, keeps in zip(text.splitlines(), keep_lines(text.splitlines()), strict=True) if keeps and line.strip()]
    left = [line for line in stripped(text).text.splitlines() if line.strip()]
    assert len(left) == len(kept)
    assert all(part in line for part, line in zip(left, kept, strict=True))


STRIKE = "\n".join(
    f"On day {n} of the strike the ferry stayed in port, and the harbour master wrote to the {name} once more about the pay of its crew."
    for n, name in enumerate(("owners", "union", "council", "minister", "islanders", "shops"), 1)
)


def test_a_source_credit_is_kept_whatever_rule_took_its_line():
    """A credit under a teaser heading goes with the teasers, and its name is a flag all the same."""
    after = stripped(f"{STRIKE}\nYou may also like\nSource: Gestion\nBoat race in pictures")
    assert after.text == STRIKE
    assert [flag.value for flag in after.flags if flag.rule == "source-credit"] == ["Gestion"]


def test_the_model_is_asked_once():
    """Law 2 along the ledger: after its lines are gone the neighbours are others, so what is left is not weighed again."""
    menu = "Home\nNews\nSport\nCulture\nLog in\nSubscribe now\nNewsletter\nSearch\nWeather today\nJobs near you"
    once = stripped(f"{menu}\n{STRIKE}\n{menu}", chosen=BoilerplateSettings(line_model="full"))
    assert any(edit.rule == "line-model" for edit in once.edits)
    assert advance(stage(BoilerplateSettings(line_model="full")), once) == once


@given(st.text() | st.text(alphabet="\n\r \t-|:<>&;a\N{BULLET}\N{LEFT DOUBLE QUOTATION MARK}\ud800\0\N{GREEK SMALL LETTER SIGMA}", max_size=60), st.booleans())
def test_no_text_raises(text: str, html: bool) -> None:  # noqa: FBT001 - drawn
    """Law 9: whatever a text holds, lone surrogates and nulls too, the stage takes it and can give it back."""
    after = stripped(text, "html" if html else "text")
    # Half a pair cannot be stored, so a text that keeps one through an edit ends here, whole; ingest lets none in.
    assert after.rejection is None or (after.text == text and max(text) >= "\ud800" and "surrogates not allowed" in after.rejection.detail)
    assert ledger.revert(after.text, after.edits) == text


@pytest.mark.parametrize(
    "unit",
    [
        "Leave a comment\n",
        "Share | ",
        "\n",
        "x",
        "a: ",
        "(" * 50,
        "\N{HANGUL SYLLABLE GAG}\n",
        "You may also like\nA headline\n",
        "Read more. ",
        "Source: A\n",
        "\N{BULLET} Photo: A\n",
        "1:11 | ",
    ],
)
def test_time_is_linear(unit: str) -> None:
    """Eight times the text takes about eight times as long: a quadratic step would take sixty-four."""

    def seconds(text: str) -> float:
        times = []
        for _ in range(3):
            start = time.process_time()
            stripped(text)
            times.append(time.process_time() - start)
        return min(times)

    size = 4_000 // len(unit)
    assert seconds(unit * size * 8) < 24 * seconds(unit * size) + 0.02


@given(st.text(), st.text())
@settings(max_examples=50)
def test_folding_is_idempotent(text: str, other: str) -> None:
    """A key is its own key, and dress makes no difference to it."""
    key = fold(f"{text} {other}")
    assert fold(key) == key
    assert fold(f"  * {key}:") == key


# --- pages: the main text of them is tests/test_extract.py


def test_text_is_never_taken_for_a_page() -> None:
    """A text document that holds markup keeps it."""
    text = f"{ARTICLE[0]}\n<p>is how a paragraph starts, the master explained.</p>"
    assert stripped(text).text == text


ODDITIES = st.text(
    alphabet="\n \t-|:<\xa0\N{BULLET}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\ud800\"'01aA\N{GREEK SMALL LETTER SIGMA}", max_size=12
)
PHRASES = st.sampled_from([phrase.text for path in FILES for phrase in phrases(path.name)])


@given(st.lists(st.builds("{}{}{}".format, ODDITIES, PHRASES | st.sampled_from(ARTICLE), ODDITIES) | ODDITIES, max_size=8))
def test_lines_together_are_seen_as_each_alone(lines: list[str]) -> None:
    """What is said of many lines at once is what is said of each by itself, without the short cuts (law 3)."""
    cores = [line.strip() for line in lines]
    alone = {core: trimmed(Line(0, len(core), len(core), 0, core), 0, len(core), lexicon()) for core in cores}
    assert evidence(cores, lexicon()) == {
        core: (line.quoted, line.hit, line.opening) for core, line in alone.items() if line.quoted or line.hit or line.opening
    }


@given(
    st.lists(st.lists(st.sampled_from([*ARTICLE, "Leave a comment", "  Share", "News | Ferry to move", "\N{BULLET} Ferry to move by the summer"])), max_size=4)
)
def test_texts_together_are_judged_as_each_alone(texts: list[list[str]]) -> None:
    """A shard's texts get the edits that each of them gets alone (law 3)."""
    documents = [Document(id=str(at), source="s", site="", text="\n".join(lines)) for at, lines in enumerate(texts)]
    assert strip(documents, BoilerplateSettings()) == [strip([document], BoilerplateSettings())[0] for document in documents]
