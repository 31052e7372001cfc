"""Which language a document is in, or that it cannot be told and why: later stages ask different things of different languages.

Two fast identifiers look at a sample that is spread over the text; where they agree, that is it (of 20,000 documents all but 25, at a fiftieth of what
langdetect costs). Where they contradict each other langdetect decides, seeded for each call and with its profiles in a fixed order, so that the answer
depends on the text alone. Doubt is no error: the code is then "und". A language that is sure to be taken for another is looked for by its small words.

Codes are ISO 639-1, or 639-3 where a language has none there; probabilities 0 to 1 are measured ones (`copydesk.language.weighing`).
"""

import unicodedata
from dataclasses import dataclass
from functools import partial

from copydesk.document import Document, Flag
from copydesk.language import opinions, scripts
from copydesk.language.passages import Passage, passages
from copydesk.language.relatives import relative, takes_more
from copydesk.language.sampling import spread
from copydesk.language.weighing import LONG, weigh
from copydesk.settings import LanguageSettings
from copydesk.stage import FlagStage

__all__ = ["Guess", "identify", "judge", "stage"]

_PREVAILS = 0.5  # share of the letters that the script of a text must have, and of the text that its language must
_CLEAR = 0.6  # from this share on CLD2's language leaves no room for another that has more
_AMPLE = 400  # bytes of text that hold 80 letters in any script: they need no counting
_LARGER = 4  # a text that nothing can be said of by a sample is tried again by one so many times as large
_MIXED = 0.05  # share of a text in other languages from which on the reason tells of it
_ENOUGH = 200  # characters: where ELD agrees with CLD2 on so many it need not read more
_BY_PASSAGES = 0.9  # how sure a language is that most lines are in, where the sample said another


@dataclass(frozen=True, slots=True)
class Guess:
    """A language code or "und", how sure, and the reason in words."""

    language: str
    probability: float
    reason: str


def stage(settings: LanguageSettings) -> FlagStage:
    """Return the stage: one judge, which pickles, so that it can be sent to a worker."""
    return FlagStage("language", 3, (partial(judge, settings=settings),))


def judge(document: Document, settings: LanguageSettings) -> list[Flag]:
    """Say which language the whole document is in, in one flag, always; and in one flag each which passages are in another.

    >>> text = "The council met on Monday evening and put the question of the bridge off once more."
    >>> [(f.rule, f.value) for f in judge(Document(id="", source="", site="", text=text), LanguageSettings())]
    [('language', 'en')]
    """
    text = document.text
    guess = identify(text, settings)
    found = passages(text, guess.language, settings.passage_letters)
    if found:
        guess, found = _settled(text, guess, found, settings)
    flags = [Flag("language", "passage", p.start, p.end, p.reason, p.language, p.probability) for p in found]
    return [Flag("language", "language", 0, len(text), guess.reason, guess.language, guess.probability), *flags]


def identify(text: str, settings: LanguageSettings) -> Guess:
    """Name the language that most of the text is in, by a sample of `sample_chars` characters.

    >>> identify("2026-11-21", LanguageSettings())
    Guess(language='und', probability=0.0, reason='no letters')
    """
    guess = _by_sample(text, settings.sample_chars, settings)
    if guess.language == "und" and len(text) > settings.sample_chars:
        return _by_sample(text, settings.sample_chars * _LARGER, settings)
    return guess


def _by_sample(text: str, most: int, settings: LanguageSettings) -> Guess:
    sample = _plain(unicodedata.normalize("NFC", spread(text, most)))
    first, second = opinions.cld(sample), opinions.eld(sample[:_ENOUGH])
    if first.language != second.language and len(sample) > _ENOUGH:
        second = opinions.eld(sample)
    letters = LONG
    if not first.reliable or first.share < _CLEAR or first.size < _AMPLE or settings.min_letters > LONG:
        counted = scripts.count(sample)
        letters = scripts.weight(counted)
        if letters < max(1, settings.min_letters):
            return Guess("und", 0.0, f"too few letters: {letters}, {settings.min_letters} are needed" if letters else "no letters")
        script, share = scripts.prevailing(counted)
        if share < _PREVAILS:
            return Guess("und", 0.0, f"mixed scripts: {script.title()} has the most, {share:.0%} of the letters")
        if not first.reliable:
            first = opinions.cld(sample, guess=True)
        if first.language == second.language == "und":
            return Guess("und", 0.0, f"written in {script.title()} letters, of which no identifier knows the language")
    found = weigh(first, second, letters, lambda: opinions.langdetect(sample))
    if found.probability < settings.min_probability:
        return Guess("und", found.probability, f"too close a call: {found.reason}")
    kin = relative(found.language, _plain(spread(text, most * _LARGER)) if takes_more(found.language) else sample)
    if kin is not None:
        return Guess(kin.code, found.probability if kin.code != "und" else 0.0, f"small words of {kin.name}, which looks like {found.language}")
    return Guess(*found)


def _plain(sample: str) -> str:
    """Leave web and mail addresses out: their words are in any language."""
    if "@" not in sample and "://" not in sample:
        return sample
    return " ".join(word for word in sample.split() if "@" not in word and "://" not in word)


def _settled(text: str, guess: Guess, found: list[Passage], settings: LanguageSettings) -> tuple[Guess, list[Passage]]:
    """Call the language that most of a mixed text is in, and give the shares as the reason."""
    shares = _shares(text, found)
    most = max(sorted(shares), key=lambda language: shares[language])
    rest = 1 - sum(shares.values())
    if shares[most] > (_PREVAILS if guess.language == "und" else rest) and settings.min_probability <= _BY_PASSAGES:
        guess = Guess(most, _BY_PASSAGES, f"most of the lines are in {most}")
        found = passages(text, most, settings.passage_letters)
        shares = _shares(text, found)
        rest = 1 - sum(shares.values())
    if guess.language != "und":
        shares[guess.language] = shares.get(guess.language, 0.0) + rest
    if max(shares.values()) > 1 - _MIXED:
        return guess, found
    told = ", ".join(f"{language} {share:.0%}" for language, share in sorted(shares.items(), key=lambda each: (-each[1], each[0])))
    return Guess(guess.language, guess.probability, f"mixed: {told}; {guess.reason}"), found


def _shares(text: str, found: list[Passage]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for passage in found:
        shares[passage.language] = shares.get(passage.language, 0.0) + passage.weight / len(text)
    return shares
