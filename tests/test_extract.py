"""Pages: the main text with its layout, comments, translation cards and facts; pages that no one should have made."""

import json
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import ledger
from copydesk.boilerplate.extract import RULE, extract, main_text
from copydesk.boilerplate.html import cards, facts, lines, votes
from copydesk.document import Document
from copydesk.stage import EditStage, advance

CASES = json.loads((Path(__file__).parent / "cases" / "html.json").read_text(encoding="utf-8"))
ARTICLE = (
    "The harbour board voted on Tuesday to move the ferry terminal to the old grain quay before the summer season starts.",
    "Divers had found two hollow piles under the present pier, and nobody on the board wished to wait for a third one.",
)
PAGE = (
    "<!doctype html><html><head><title>Ferry</title><style>p {{ color: red }}</style><script>var tracker = 'evil';</script></head><body>"
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/n'>News</a></li></ul></nav><article><h1>Ferry will land at the grain quay</h1>"
    "<p>{}</p><script>window.dataLayer = [];</script><p>{}</p></article><noscript>Enable it</noscript>"
    "<footer>\N{COPYRIGHT SIGN} 2021 Quayside Gazette. All rights reserved.</footer></body></html>"
).format(*ARTICLE)
STAGE = EditStage("boilerplate", 1, (extract,), (cards.judge,))
MARKUP = st.lists(
    st.sampled_from(["<p>", "</p>", "<div class='share'>", "</div>", "<b>", "<td>", "<tr>", "<table>", "<li>", "<br>", "<button>", "<script>", "<!--", "<h1>"])
    | st.text(alphabet="ab .<>&;'\"=\n\0\ud800\N{HIRAGANA LETTER A}", max_size=8)
).map("".join)


def named(topic: str):
    """The cases of a topic, with their labels for names."""
    return pytest.mark.parametrize("case", CASES[topic], ids=[case["label"] for case in CASES[topic]])


def taken(page: str) -> Document:
    """A page after the stage."""
    return advance(STAGE, Document(id="1", source="s", site="", text=page, media="html"))


def seconds(work) -> float:
    """The processor time of the better of two calls."""
    times = []
    for _ in range(2):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


@named("layout")
def test_the_main_text_keeps_its_layout(case):
    """Blocks stand apart by a blank line; items, rows and broken lines are lines; what is not the article's is gone."""
    assert main_text(case["html"]) == case["text"]


@named("comments")
def test_comments_are_kept_by_a_setting(case):
    """Readers' comments are out, or in without their form."""
    assert main_text(case["html"], comments=case["keep"]) == case["text"]


@named("cards")
def test_translation_cards_are_flagged(case):
    """A mark of translation software becomes a flag over the whole text, with the words of the markup as evidence."""
    (flag,) = taken(case["html"]).flags
    assert (flag.value, flag.score) == (case["product"], case["score"])
    assert flag.rule == (cards.CARD if case["score"] == 1 else cards.PLUGIN)
    assert (flag.start, flag.end) == (0, len("Text" if "Text." not in case["html"] else "Text. Text."))
    assert flag.evidence.startswith("in the markup: ")


@named("no_cards")
def test_what_is_no_card_is_not_flagged(case):
    """Marks that ask for no translation, links to other languages and talk of marks are no cards."""
    assert taken(case["html"]).flags == ()


def test_text_has_no_cards():
    """A text that is no page is never searched for markup."""
    document = Document(id="1", source="s", site="", text='<html class="translated-ltr">')
    assert cards.judge(document) == ()


def test_long_evidence_is_cut():
    """A class attribute may be as long as it likes, the evidence is a line."""
    (card,) = cards.cards(f'<html class="{"x " * 5_000} translated-ltr">')
    assert len(card.evidence) < 130
    assert card.evidence.endswith("translated-ltr")


@named("facts")
def test_facts_of_a_page(case):
    """What the head says is taken over where it is well formed, and nothing is made up."""
    assert asdict(facts.page_facts(case["html"])) == asdict(facts.Facts()) | case["facts"]


def test_a_page_becomes_its_article():
    """The sentences of a page stay; scripts, styles, menus and footers do not come through, and the page can be had back."""
    after = taken(PAGE)
    assert after.text == "\n\n".join(("Ferry will land at the grain quay", *ARTICLE))
    assert [edit.rule for edit in after.edits] == [RULE]
    assert ledger.revert(after.text, after.edits) == PAGE
    assert advance(STAGE, after) == after


def test_the_edit_says_whether_comments_stay():
    """What was done is on record."""
    page = Document(id="1", source="s", site="", text=PAGE, media="html")
    assert extract(page)[0].why != partial(extract, comments=True)(page)[0].why


@pytest.mark.parametrize(
    "page",
    [
        "<p>{}",
        "<div><p>{}</div></p></b>",
        "<html><body>{}",
        "{}",
        "</html></body>{}",
        "<table><tr><td>{}</table>",
        "<p>{}<script>var tracker = 1;",
        "<style>p {{ }}</style><p>{}<style>tracker",
        "<p a='<p b=\">{}</p>\"'>{}</p>",
        "\0<p>\0{}\0</p>",
        "<?xml version='1.0' encoding='utf-16'?><p>{}</p>",
        "<meta charset=latin-1><p>{}</p>",
        "<![CDATA[ x ]]><p>{}</p><!-- tracker",
    ],
)
def test_broken_markup_keeps_its_text(page):
    """However a page is broken, its sentence is found, and nothing of scripts, styles and comments."""
    found = main_text(page.replace("{}", ARTICLE[0]))
    assert ARTICLE[0] in found
    assert "tracker" not in found


@pytest.mark.parametrize("hidden", ["script", "style", "noscript", "template", "textarea", "title", "svg", "iframe", "button", "select", "object"])
def test_hidden_elements_never_come_through(hidden):
    """What an element hides is not text, in a page that goes to the extractors as in one that is too deep for them."""
    inner = f"<p>{ARTICLE[0]}</p><{hidden}>tracker</{hidden}><p>{ARTICLE[1]}</p>"
    for page in (inner, "<div>" * 300 + inner):
        found = main_text(page)
        assert "tracker" not in found
        assert ARTICLE[0] in found


@pytest.mark.parametrize("page", ["", " ", "<html></html>", "<html><body></body></html>", "<body><p> </p></body>", "<!-- nothing -->", "<script>x()</script>"])
def test_an_empty_page_is_empty(page):
    """A page without text gives none, and its markup is not taken for text."""
    assert main_text(page) == ""
    assert taken(page).rejection is None


def test_a_page_that_is_no_article_keeps_its_lines():
    """Where nothing looks like an article, all visible lines stay: too much text rather than none."""
    assert main_text("<ul class=menu><li><a href=/>Closed</a><li><a href=/b>Back</a></ul>") == "Closed\nBack"


def test_an_extractor_that_fails_has_no_vote(monkeypatch):
    """One extractor out of three may fail on a page, or all of them: the article is found without."""

    def fail(_tree):
        raise ValueError

    for name in votes.VOTERS:
        monkeypatch.setitem(votes.VOTERS, name, fail)
        assert main_text(PAGE) == taken(PAGE).text
        assert ARTICLE[1] in main_text(PAGE)
    assert set(votes.outputs(PAGE).values()) == {""}


def test_copies_of_a_line_do_not_share_a_vote():
    """Where an extractor kept a line once, the copy in the article's company has its vote and the one in the menu has not."""
    page = [("home",), ("ferry", "moves"), ("news",), *[("x", str(i)) for i in range(8)], ("ferry", "moves"), ("the", "board", "voted")]
    assert list(votes.shares(page, "ferry moves\nthe board voted")) == [0.0] * 11 + [1.0, 1.0]


HOSTILE = {
    "deep": "<div>" * 100_000 + ARTICLE[0],
    "inline": "<p><span>" + "<span>x</span> " * 20_000 + ARTICLE[0],
    "open": f"<p>{ARTICLE[0]}</p>" + "<b>" * 40_000,
    "reopened": "".join(f"<b id=b{i}>" for i in range(900)) + "<p>x" * 2_000 + f"<p>{ARTICLE[0]}",
    "anchors": f"<p>{ARTICLE[0]}</p>" + "<a href=x><p>x" * 2_000,
    "tables": f"<p>{ARTICLE[0]}</p>" + "<table><tr><td>" * 60 + "x" + "<tr><td>y" * 3_000,
    "same lines": f"<p>{ARTICLE[0]}</p>" + "<p>read more now</p>" * 9_000,
    "entities": f"<p>{ARTICLE[0]} " + "&amp;&#x41;&nosuch;" * 100_000,
    "doctype": '<!DOCTYPE h [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + f"<p>{ARTICLE[0]}</p>" + "<p>&b;" * 1_000,
    "attributes": f"<p>{ARTICLE[0]}</p><p " + "a=b " * 100_000 + ">x",
    "classes": f"<p>{ARTICLE[0]}</p>" + "".join(f"<div class='share{i}'>x</div>" for i in range(9_000)),
    "nulls": "\0" * 1_000_000 + f"<p>{ARTICLE[0]}</p>",
    "brackets": f"<p>{ARTICLE[0]}</p>" + "<" * 1_000_000,
    "large": f"<p>{ARTICLE[0]}</p>" + "<p>x y z</p>" * 500_000,
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_page_costs_little(page):
    """Pages made to break parsers end in a moment, with their sentence where there is one."""
    start = time.process_time()
    assert ARTICLE[0] in main_text(page)
    cards.cards(page)
    facts.page_facts(page)
    assert time.process_time() - start < 15


@pytest.mark.parametrize(
    "block",
    ["[" * 100_000, '{"@graph":' * 50_000, '{"@type": "Article", "headline": ' + "9" * 5_000 + "}", '{"@graph": [' + "[]," * 50_000 + "[]]}", "\ud800", "NaN"],
    ids=["lists", "objects", "a long number", "many nodes", "half a character", "no number"],
)
def test_hostile_linked_data_is_passed_over(block):
    """Whatever stands in JSON-LD, the rest of the head is read."""
    assert facts.page_facts(f"<script type='application/ld+json'>{block}</script><title>Ferry</title>").title == "Ferry"


@pytest.mark.parametrize("work", [lines.read, cards.cards, facts.page_facts])
@pytest.mark.parametrize("unit", ["<p>x y</p>", "<div>", "<b class=share>", "<tr><td>x", "<a ", "<font style='", "<html class=", "&amp;"])
def test_time_is_linear(work, unit):
    """Eight times the page takes about eight times as long: a quadratic step would take sixty-four."""
    size = 40_000 // len(unit)
    assert seconds(lambda: work(unit * size * 8)) < 24 * seconds(lambda: work(unit * size)) + 0.05


@given(MARKUP)
def test_no_page_raises(page):
    """Law 9: whatever a page holds, it is taken and can be had back, and a second run changes nothing."""
    after = taken(page)
    assert after.rejection is None
    assert ledger.revert(after.text, after.edits) == page
    assert advance(STAGE, after) == after
    facts.page_facts(page)


@given(MARKUP)
def test_lines_are_clean(page):
    """Each line holds text, without breaks or doubled spaces, and the main text is made of them in their order."""
    found = [line.text for line in lines.read(page.encode("utf-8", "replace").decode().replace("\0", " ")).lines]
    assert all(text and text == " ".join(text.split()) for text in found)
    rest = iter(found)
    assert all(line in rest for line in main_text(page).split("\n") if line)


def test_no_page_remembers_another():
    """A page gives the same text whatever came before it, itself included."""
    others = [f"<article><p>{ARTICLE[0]}</p><p>{ARTICLE[1]} {n}</p></article>" for n in range(4)]
    first = main_text(PAGE)
    for page in (*others, PAGE, *others):
        main_text(page)
    assert main_text(PAGE) == first
    assert [main_text(page) for page in others] == [main_text(page) for page in reversed(others)][::-1]
