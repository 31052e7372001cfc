"""The translation stage: each rule on invented sentences, the laws on any text, and the time on hostile text."""

import json
import pickle
import time
from collections import deque
from importlib import resources
from itertools import islice
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.document import Document, Flag
from copydesk.settings import TranslationSettings
from copydesk.stage import advance
from copydesk.translation import RULES, judge, score, stage
from copydesk.translation.phrases import TORTURED
from copydesk.translation.rule import UNMEASURED
from copydesk.translation.rules import candidates
from copydesk.translation.scan import Scan
from copydesk.translation.scoring import MOST_HITS
from copydesk.translation.view import MOST_CHARACTERS, View

CASES = json.loads(Path(__file__).with_name("cases").joinpath("translation.json").read_text(encoding="utf-8"))
BY_NAME = {rule.name: rule for rule in RULES}


def document(text, language="en"):
    """A document whose language is known."""
    return Document(id="d", source="s", site="example.org", text=text, flags=(Flag("language", "language", 0, len(text), value=language),))


def flags(text, language="en"):
    """What the stage says of a text."""
    return judge(document(text, language), TranslationSettings())


def label(case):
    """A case's name in the report."""
    return f"{case.get('rule', '')}: {case['label']}"


@pytest.mark.parametrize("case", CASES["positive"], ids=label)
def test_a_rule_fires_where_its_artifact_stands(case):
    """The flag's span holds the artifact and its evidence says what was expected."""
    found = [f for f in flags(case["text"]) if f.rule == case["rule"]]
    assert case["span"] in [case["text"][f.start : f.end] for f in found]
    assert all(f.evidence for f in found)


@pytest.mark.parametrize("case", CASES["negative"], ids=label)
def test_good_english_is_left_alone(case):
    """No rule fires, and the score is that of a text without artifacts."""
    assert [f.rule for f in flags(case["text"])] == ["score"]
    assert score(case["text"]) == score("")


@pytest.mark.parametrize("case", CASES["known_failures"], ids=label)
def test_known_failures_are_still_what_they_were(case):
    """Whoever cures one of these moves it to the other lists."""
    assert (case["rule"] in [f.rule for f in flags(case["text"])]) is case["fires"]


@pytest.mark.parametrize(("rule", "flagged"), [("translation-card", True), ("translation-plugin", False)])
def test_marks_of_translation_software_count(rule, flagged):
    """A page that was translated is flagged for that alone; a site that only offers translations is not, and either is named."""
    text = "Das Feuer brach in der Nacht aus."
    marks = (Flag("boilerplate", rule, 0, len(text), "<html class=translated-ltr>", "google-translate", 1.0),)
    found = judge(Document(id="d", source="s", site="example.org", text=text, flags=marks), TranslationSettings())
    assert [(flag.rule, flag.value) for flag in found] == [(rule, "google-translate"), ("score", "flagged" if flagged else "")]
    assert "markup" in found[-1].evidence
    assert found[-1].score is not None
    assert found[-1].score > score("")


def test_every_rule_has_a_positive_case():
    """A rule without a case is a rule that nobody has seen fire."""
    assert {case["rule"] for case in CASES["positive"]} == set(BY_NAME)


def test_a_rule_that_may_flag_alone_is_rare_among_people():
    """Its measured figure says at most one human document in a thousand; a rule that nobody measured counts as infinitely loud."""
    assert [r.name for r in RULES if r.weight == "alone" and r.human > 1] == []
    assert len(BY_NAME) == len(RULES)
    assert UNMEASURED.human_documents > 1


def test_every_rule_is_measured_and_nothing_else_is_stored():
    """The stored figures are those of today's rules; `python -m bench.rates` writes them."""
    stored = json.loads(resources.files("copydesk.translation").joinpath("rates.json").read_text(encoding="utf-8"))
    assert list(stored) == [rule.name for rule in RULES]
    assert all(rule.rates is not UNMEASURED and rule.rates.human_words >= 0 for rule in RULES)
    assert all(rule.lift is None for rule in RULES if rule.web_only)


@pytest.mark.checkout
def test_the_page_of_rules_is_written_from_the_rules():
    """`docs/translation-rules.md` is the table of today's rules and stored figures."""
    page = pytest.importorskip("bench.rates").page
    assert page() == Path(__file__).parents[1].joinpath("docs", "translation-rules.md").read_text(encoding="utf-8")


def hits(rules, view):
    """All that these rules find."""
    return {rule.name: found for rule in rules if (found := tuple(islice(rule.find(view), MOST_HITS)))}


def without_scan(view, language):
    """The rules that may judge a text, had no scan passed over any."""
    return [rule for rule in RULES if rule.speaks(language) and (view.english or not rule.anchor or rule.languages != ("en",))]


@pytest.mark.parametrize("case", [case for cases in CASES.values() for case in cases], ids=label)
def test_the_scan_hides_no_hit_of_a_case(case):
    """Asking only the rules whose anchor stands in the text finds what asking all finds, also where lines and words stand otherwise."""
    for text in (case["text"], case["text"].upper(), case["text"].replace(" ", "\n"), f'"{case["text"]}"', case["text"][::-1], case["text"] * 3):
        view = View.of(text)
        assert hits(candidates(view, "en"), view) == hits(without_scan(view, "en"), view)


def test_an_automaton_that_gave_up_passes_no_rule_over():
    """Where the scan cannot say anything, all rules are asked."""
    scan = Scan(RULES)
    view = View.of("Quiet.")
    assert len(scan.candidates(view)) < len(RULES) / 4
    silent = re2.Set.SearchSet()
    silent.Add("never there")
    silent.Compile()
    scan._anchors = silent  # noqa: SLF001 - no text at hand makes a real one give up
    assert tuple(scan.candidates(view)) == RULES


def test_one_hit_of_an_alone_rule_flags_and_a_together_rule_never_does():
    """The two classes keep their promise at the default threshold."""
    assert score("The U. S. delegation left.") > 0.5
    assert score("He swam to to the shore. " * 40) < 0.5
    assert score("He swam to to the shore , and it was a important day. Prices rose 2,5 percent.") > 0.5


def test_a_hit_weighs_less_in_a_longer_text():
    """A long text has more chances to hold an artifact."""
    filler = "The boats came home in the evening and the crew was glad of it. "
    assert score("The U. S. crew left. " + filler * 500) < score("The U. S. crew left. " + filler * 5)


def test_quote_glyphs_are_no_evidence():
    """Curly and straight spellings of a text get the same spans and score."""
    straight = 'He said "the dam holds" and left. She rejected"any cut" there. It was "a bad deal. "'
    curly = straight.replace('"', "\N{LEFT DOUBLE QUOTATION MARK}")
    assert [(f.rule, f.start, f.end) for f in flags(straight)] == [(f.rule, f.start, f.end) for f in flags(curly)]
    assert score("\N{LEFT DOUBLE QUOTATION MARK}Yes,\N{RIGHT DOUBLE QUOTATION MARK} he said.") == score('"Yes," he said.')


def test_exactly_one_score_and_it_comes_last():
    """Every document has a score that spans it, also an empty one."""
    for text in ("", "Quiet.", "The U. S. crew left."):
        found = flags(text)
        assert [f.rule for f in found].count("score") == 1
        assert (found[-1].rule, found[-1].start, found[-1].end) == ("score", 0, len(text))
        assert found[-1].score == score(text)


def test_the_threshold_names_flagged_documents():
    """The score's flag says "flagged" from the setting on."""
    text = "The U. S. crew left."
    assert judge(document(text), TranslationSettings(flag_score=0.5))[-1].value == "flagged"
    assert judge(document(text), TranslationSettings(flag_score=0.99))[-1].value == ""


def test_other_languages_get_the_rules_on_typography_and_the_evidence_says_so():
    """English grammar is no measure for German, a glued quote is."""
    found = flags('Er sagte, dass der Kanzler"keine neuen Steuern" will, in the the end.', "de")
    assert {"glued_quote"} <= {f.rule for f in found}
    assert "doubled_word" not in {f.rule for f in found}
    assert "only rules on typography" in found[-1].evidence
    assert "only rules on typography" not in flags("Quiet.")[-1].evidence


def test_a_text_wrongly_called_english_is_not_judged_by_english_grammar():
    """A long text without the function words of English gets no English rules."""
    portuguese = (
        "Ele levou a entrada para a estrada e voltou a uma ilha com a outra equipe depois de a chuva passar. Todos perguntavam onde a barca estava, e a noite "
        "caiu sobre o porto sem que se ouvisse um motor. Ao nascer do sol, dois pescadores viram fumo na praia do norte. A equipe pedia vinho. "
    )
    assert [f.rule for f in flags(portuguese)] == ["score"]


def test_hits_are_capped_and_the_last_one_says_so():
    """No text makes more flags of one rule than the cap."""
    found = [f for f in flags("The U. S. crew of the boat was there. " * 80) if f.rule == "split_abbreviation"]
    assert len(found) == MOST_HITS
    assert "only 50 are listed" in found[-1].evidence
    assert "listed" not in found[-2].evidence


def test_only_the_beginning_of_a_huge_text_is_judged():
    """What lies beyond the limit is not searched, and the evidence says so."""
    found = flags("x" * MOST_CHARACTERS + " the U. S. crew")
    assert [f.rule for f in found] == ["score"]
    assert "only the first" in found[-1].evidence


def test_the_stage_flags_and_never_edits():
    """It runs on its own output without doubling a flag, and survives pickling."""
    machine = pickle.loads(pickle.dumps(stage(TranslationSettings())))  # noqa: S301 - our own bytes
    once = advance(machine, document("The U. S. crew left."))
    assert advance(machine, once) == once
    assert (once.text, once.rejection, once.edits) == ("The U. S. crew left.", None, ())
    assert once.translation_score == score(once.text)


def test_tortured_phrases_are_clean_data():
    """Lower case, sorted, and never the expected phrase itself."""
    assert list(TORTURED) == sorted(TORTURED)
    assert all(phrase == phrase.lower().strip() and phrase != meant.lower() and meant for phrase, meant in TORTURED.items())


PIECES = st.sampled_from(
    [
        '"',
        "\N{LEFT DOUBLE QUOTATION MARK}",
        ". ",
        " ",
        "\n",
        "U. S. ",
        "M. Wang",
        "Mr. Wang",
        "a apple",
        "the the",
        "the year 1999",
        "\ud800",
        "\0",
        "\N{GRINNING FACE}",
        "said that ",
    ]
)
# What artifacts are made of: a hit is met far more often than in random letters, and so is its neighbour that is none.
FRAGMENTS = st.sampled_from(sorted({piece for case in CASES["positive"] for piece in (case["span"], *case["text"].split(" "), " ", ", ", "(", "'", "000")}))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(PIECES, FRAGMENTS), max_size=25).map("".join), st.sampled_from(["en", "de", "und"]))
def test_the_scan_hides_no_hit_of_any_text(text, language):
    """With and without the scan, the findings are the same."""
    view = View.of(text)
    assert hits(candidates(view, language), view) == hits(without_scan(view, language), view)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(st.characters(), max_size=200), st.lists(PIECES, max_size=60).map("".join)), st.sampled_from(["en", "de", "und"]))
def test_any_text_is_judged_the_same_twice_with_spans_inside(text, language):
    """Laws 7 and 9: spans lie in the text, nothing raises, a second run says the same."""
    found = flags(text, language)
    assert all(0 <= f.start <= f.end <= len(text) for f in found)
    assert all(f.start < f.end for f in found[:-1])
    assert 0 <= found[-1].score <= 1
    assert flags(text, language) == found


HOSTILE = [
    '"',
    '" ',
    ' "',
    '. "',
    "a",
    "a ",
    "a an ",
    "the ",
    "U. S. ",
    ". a ",
    "this Friday, was ",
    '" This Friday, was ',
    "M. Wang Mr. Wang ",
    "one two three four ",
    "1 000 ",
    'said that "',
    "\n",
    "é",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(piece):
    """Four times the text takes about four times the time; a quadratic rule would take sixteen."""
    hold_to_linear_time(lambda length: (piece * length)[:length])


@pytest.mark.parametrize(
    "piece", ["The U. S. crew of the boat was there. ", '"', "{a|", "one two three four ", "Mr. Xu met M. Xu. ", "\N{CYRILLIC SMALL LETTER A}", " ", "a"]
)
def test_ten_megabytes_are_not_judged_slower_than_one(piece):
    """Only a beginning is judged, so four megabytes take hardly more than one; they may take the fourfold."""

    def seconds(length):
        text = (piece * (length // len(piece) + 1))[:length]
        start = time.process_time()
        flags(text)
        return time.process_time() - start

    assert seconds(4_000_000) < 4 * max(seconds(1_000_000), 0.05)


def test_many_names_cost_no_more_than_their_number():
    """A name that occurs once must not be searched for in the whole text."""
    letters = "abcdefghijklmnop"
    names = ["M. Z" + "".join(letters[n >> shift & 15] for shift in (12, 8, 4, 0)) for n in range(8_000)]
    hold_to_linear_time(lambda length: "Mr. Xu met " + " ".join(names[: length // 8]))


def hold_to_linear_time(made):
    """Fail where a text four times as long takes more than nine times the time."""

    def seconds(length):
        text = made(length)
        best = 9.0
        for _ in range(2):
            start = time.process_time()
            for rule in RULES:  # all of them: the score would spare a text that is not English
                deque(islice(rule.find(View.of(text)), MOST_HITS + 1), maxlen=0)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(40_000) < 9 * max(seconds(10_000), 0.005)
