"""How much a document reads like machine translation: what the named rules found, or what the document model says, whichever is more.

Two layers, and either may flag; the evidence says which. Where the model does not judge, the score is that of the rules: rules on typography speak of
any language. The model (`copydesk.translation.model`, docs/translation-model.md) judges English texts of 60 words
and more; it gives a probability where one text in ten is machine-made. The rest of this page is about the rules.

An editor who meets one odd sentence shrugs; one who meets "U. S." in each paragraph, a doubled clause and a verb negated without "does" knows.
The score adds up the evidence in the same way, and each part of it can be named:

    score = 1 / (1 + exp(-(PRIOR + sum over families of the family's strongest rule)))
    a rule's strength = weight * min(2, sqrt(hits per 1,000 words)),  texts under 1,000 words counting as 1,000
    weight            = log(lift), held between 3.2 and 4.5 for a rule that may flag alone, between 0 and 1.45 for one that may not

`PRIOR` is the log odds of a text without any artifact: 1 in 20. One hit of an `alone` rule in up to 1,000 words passes 0.5 (-3 + 3.2 > 0); a `together`
rule cannot, however often it fires (-3 + 2 * 1.45 < 0): it takes another family. The square root is there because hits of one rule are one habit, and
because a long text has more chances. A family counts once, since its rules see the same habit.

`python -m bench.rates` measures the rules on the development half of the translation set and on 27,632 other human news texts; docs/translation-rules.md has
each rule's rates, and says what `human` and `lift` count. Where the set cannot tell a lift (its outputs never went through a scraper, and its headings are
joined to the sentences), 30 stands for an `alone` rule and 2.7 for a `together` rule: an assumption, no measurement.

By the rules alone, at 0.5: 5 of 1,723 human documents are flagged, 4 of 1,223 human windows of 200 to 300 words, and 56 of the other news texts (.2 to .3 %).
Of the machine-made windows 26 % of statistical systems' (2013-14), 8 % of rule-based ones', 4 % of neural ones' (2015 on), 21 % of Apertium's, 6 % of spins.
The rules' classes and exceptions were chosen on the same texts: expect somewhat more false alarms elsewhere. The absence of a flag says nothing.
"""

import functools
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from copydesk.boilerplate.html.cards import CARD, PLUGIN
from copydesk.document import Document, Flag
from copydesk.settings import TranslationSettings
from copydesk.stage import FlagStage, JudgeAll
from copydesk.translation.model.score import Judged, judged
from copydesk.translation.rule import Hit, Rule
from copydesk.translation.rules import RULES, candidates
from copydesk.translation.view import MOST_CHARACTERS, View

__all__ = ["MOST_HITS", "Finding", "findings", "judge", "judge_all", "score", "stage"]

STAGE = "translation"
MOST_HITS = 50
"""So many hits of one rule are listed for a document: no text can make the audit larger than itself."""

_PRIOR = -3.0
_ALONE = (3.2, 4.5)
_TOGETHER = (0.0, 1.45)
_UNMEASURED = {"alone": 30.0, "together": 2.7}
_MOST_STRENGTH = 2.0
_WORDS = 1_000
_MODELLED = "en"
_TELLING = 0.1
_LIKE = {"old": "rule-based or statistical translation", "neural": "neural translation", "spun": "spinning"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired, and where; `more` tells that it fired further on than is listed."""

    rule: Rule
    hits: tuple[Hit, ...]
    more: bool


def findings(view: View, language: str) -> tuple[Finding, ...]:
    """Ask all rules that may judge the language.

    >>> [f.rule.name for f in findings(View.of("The U. S. office opened."), "en")]
    ['split_abbreviation']
    """
    return tuple(_fired(view, language))


def _fired(view: View, language: str) -> Iterator[Finding]:
    for rule in candidates(view, language):
        hits = tuple(itertools.islice(rule.find(view), MOST_HITS + 1))
        if hits:
            yield Finding(rule, hits[:MOST_HITS], len(hits) > MOST_HITS)


def _weight(rule: Rule) -> float:
    low, high = _ALONE if rule.weight == "alone" else _TOGETHER
    lift = _UNMEASURED[rule.weight] if rule.lift is None else rule.lift
    return min(high, max(low, math.log(lift)))


def _by_family(found: Sequence[Finding], words: int) -> dict[str, float]:
    """Give each family that fired the strength of its strongest rule, in log odds."""
    families: dict[str, float] = {}
    for finding in found:
        rate = len(finding.hits) * _WORDS / max(words, _WORDS)
        strength = _weight(finding.rule) * min(_MOST_STRENGTH, math.sqrt(rate))
        families[finding.rule.family] = max(strength, families.get(finding.rule.family, 0.0))
    return families


def _chance(families: Mapping[str, float]) -> float:
    return 1 / (1 + math.exp(-(_PRIOR + math.fsum(families.values()))))


def _modelled(views: Sequence[View], languages: Sequence[str]) -> list[Judged | None]:
    """Ask the document model about the texts in a language that it was fitted on; None for all others."""
    asked = [at for at, (view, language) in enumerate(zip(views, languages, strict=True)) if language == _MODELLED and view.english]
    found: list[Judged | None] = [None] * len(views)
    for at, said in zip(asked, judged([views[at].text for at in asked]), strict=True):
        found[at] = said
    return found


def score(text: str, language: str = "en") -> float:
    """Say how much a text reads like machine translation or spinning, from 0 to 1; from 0.5 on it is more likely than not.

    >>> round(score("The office opened on Friday."), 2), score("The U. S. office deserves not the praise.") > 0.9
    (0.05, True)
    """
    view = View.of(text)
    said = _modelled([view], [language])[0]
    return max(_chance(_by_family(findings(view, language), view.words)), said.probability if said else 0.0)


def judge(document: Document, settings: TranslationSettings) -> tuple[Flag, ...]:
    """Flag each artifact where it stands, in the order of the text, and last the whole document with its score.

    The score's flag has the value "flagged" from `settings.flag_score` on.
    """
    return judge_all([document], settings)[0]


def judge_all(documents: Sequence[Document], settings: TranslationSettings) -> list[tuple[Flag, ...]]:
    """Judge the documents of a shard, each as `judge` does: the model is many times cheaper on many texts at once."""
    views = [View.of(document.text) for document in documents]
    said = _modelled(views, [document.language for document in documents]) if settings.score_model else [None] * len(views)
    return [_judged(document, view, by_model, settings) for document, view, by_model in zip(documents, views, said, strict=True)]


def _judged(document: Document, view: View, said: Judged | None, settings: TranslationSettings) -> tuple[Flag, ...]:
    text = document.text
    found = findings(view, document.language)
    families = _by_family(found, view.words)
    marks = _marks(document)
    if marks:
        families["markup"] = _ALONE[1] if any(mark.rule == CARD for mark in marks) else _TOGETHER[1]
    rules = _chance(families)
    total = max(rules, said.probability) if said else rules
    reason = _reason(families, document.language, len(text)) + _model_says(said, rules)
    whole = Flag(STAGE, "score", 0, len(text), reason, "flagged" if total >= settings.flag_score else "", total)
    spans = sorted([*itertools.chain.from_iterable(map(_flags, found)), *marks], key=lambda flag: (flag.start, flag.end, flag.rule))
    return (*spans, whole)


def _model_says(said: Judged | None, rules: float) -> str:
    """Say which of the two layers the score is of, and what the model took the text for."""
    if said is None:
        return "; the document model did not judge it"
    if said.probability < _TELLING:
        return f"; the document model finds nothing (rules {rules:.2f}, model {said.probability:.2f})"
    return f"; the document model finds that it reads like {_LIKE[said.head]} (rules {rules:.2f}, model {said.probability:.2f})"


def _marks(document: Document) -> list[Flag]:
    """Take over what the page's markup said of translation software: it counts as a family of its own, and flags alone if the page itself was translated."""
    seen = [flag for flag in document.flags if flag.stage == "boilerplate" and flag.rule in {CARD, PLUGIN}]
    return [Flag(STAGE, flag.rule, 0, len(document.text), flag.evidence, flag.value) for flag in seen]


def _flags(finding: Finding) -> Iterator[Flag]:
    last = len(finding.hits) - 1
    for number, hit in enumerate(finding.hits):
        rest = f"; it fires again further on, only {MOST_HITS} are listed" if finding.more and number == last else ""
        yield Flag(STAGE, finding.rule.name, hit.start, hit.end, hit.evidence + rest)


def _reason(families: dict[str, float], language: str, characters: int) -> str:
    heaviest = sorted(families.items(), key=lambda item: (-item[1], item[0]))
    said = ", ".join(f"{name.replace('_', ' ')} +{strength:.1f}" for name, strength in heaviest) or "no artifact found"
    if not any(language in rule.languages for rule in RULES if "*" not in rule.languages and len(rule.languages) == 1):
        said += f"; for the language '{language}' there are only rules on typography"
    if characters > MOST_CHARACTERS:
        said += f"; only the first {MOST_CHARACTERS} characters were judged"
    return said


def stage(settings: TranslationSettings) -> FlagStage:
    """Build the stage: it flags and scores, and never changes a text.

    >>> stage(TranslationSettings()).name
    'translation'
    """
    return FlagStage(STAGE, 4, (JudgeAll(functools.partial(judge_all, settings=settings)),))
