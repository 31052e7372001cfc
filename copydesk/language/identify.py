"""Which language a document is in, or that it cannot be told and why: later stages ask different things of different languages.

The script of the letters is asked first: Greek, Thai or Hangul letters name their language better than statistics do, langdetect takes Traditional
Chinese for Korean, and for a script that it has no profile of it guesses. Where several languages share a script langdetect decides, seeded
for each call and with its profiles in a fixed order, so that the answer depends on the text alone. Doubt is no error: the code is then "und".

Codes are ISO 639-1, probabilities 0 to 1; where the script leaves one of langdetect's languages the probability is 1. DEV half of the language set, in
those languages, of texts with enough letters: documents 1.000 right (langdetect alone .991), sentences .991, 50 characters .929 and .045 "und".
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from langdetect.utils.ngram import NGram

from copydesk.document import Document, Flag
from copydesk.settings import LanguageSettings
from copydesk.stage import FlagStage

__all__ = ["Guess", "identify", "judge", "stage"]

_ONE_LANGUAGE = {
    # scripts that, of langdetect's languages, only one is written in
    "BENGALI": "bn",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}
_SEVERAL_LANGUAGES = frozenset({"ARABIC", "CYRILLIC", "DEVANAGARI", "LATIN"})
_ALPHABETS = frozenset({"CYRILLIC", "LATIN"})  # langdetect's Persian and Hindi profiles lack letters that these languages have
_EAST_ASIAN = frozenset({"HAN", "KANA", "HANGUL"})
_SCRIPT_OF_NAME = {
    # where the first word of a letter's name is not its script
    "CJK": "HAN",
    "FULLWIDTH": "LATIN",
    "HALFWIDTH": "KANA",
    "HIRAGANA": "KANA",
    "IDEOGRAPHIC": "HAN",
    "KATAKANA": "KANA",
    "KATAKANA-HIRAGANA": "KANA",
}
_DENSE = 2  # an East Asian letter says as much as about two of an alphabet
_PREVAILS = 0.5  # share of the letters that the script of a text must have
_KANA = 0.05  # share of the Han and kana letters: Japanese has a third and more, a Chinese text with Japanese names less
_FOREIGN = 0.02  # share of the letters: none of 694 texts whose language was right had .006, .41 of 527 in a language without a profile had this
_SEED = 0
_WORD = re.compile(r"\S{1,200}")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Guess:
    """A language code or "und", how sure, and the reason in words."""

    language: str
    probability: float
    reason: str


def stage(settings: LanguageSettings) -> FlagStage:
    """Return the stage: one judge, which pickles, so that it can be sent to a worker."""
    return FlagStage("language", 1, (partial(judge, settings=settings),))


def judge(document: Document, settings: LanguageSettings) -> list[Flag]:
    """Say which language the whole document is in: one flag, always.

    >>> text = "The council met on Monday evening and put the question of the bridge off once more."
    >>> [(f.rule, f.value) for f in judge(Document(id="", source="", site="", text=text), LanguageSettings())]
    [('language', 'en')]
    """
    guess = identify(document.text, settings)
    return [Flag("language", "language", 0, len(document.text), guess.reason, guess.language, guess.probability)]


def identify(text: str, settings: LanguageSettings) -> Guess:
    """Name the language of the text's first `sample_chars` characters of words.

    >>> identify("2026-11-21", LanguageSettings())
    Guess(language='und', probability=0.0, reason='no letters')
    """
    sample = _sample(text, settings.sample_chars)
    scripts = _scripts(sample)
    letters = scripts.total()
    if not letters:
        return Guess("und", 0.0, "no letters")
    if letters < settings.min_letters:
        return Guess("und", 0.0, f"too few letters: {letters}, {settings.min_letters} are needed")
    script, share = _prevailing(scripts)
    if share < _PREVAILS:
        return Guess("und", 0.0, f"mixed scripts: {script.title()} has the most, {share:.0%} of the letters")
    if script in _SEVERAL_LANGUAGES:
        return _by_statistics(sample, settings, alphabetic=script in _ALPHABETS)
    return _by_script(script, share, scripts)


def _by_script(script: str, share: float, scripts: Counter[str]) -> Guess:
    if script == "HAN":
        japanese = scripts["KANA"] >= _KANA * (scripts["HAN"] + scripts["KANA"])
        return Guess("ja", 1.0, f"{share:.0%} Chinese characters and kana") if japanese else Guess("zh", 1.0, f"{share:.0%} Chinese characters without kana")
    if script in _ONE_LANGUAGE:
        return Guess(_ONE_LANGUAGE[script], 1.0, f"{share:.0%} {script.title()} letters")
    return Guess("und", 0.0, f"written in {script.title()} letters, which no language profile covers")


def _prevailing(scripts: Counter[str]) -> tuple[str, float]:
    """Return the script with the most letters and its share; Han and kana are one, and the first by name wins a tie."""
    weights = Counter({name: count * (_DENSE if name in _EAST_ASIAN else 1) for name, count in scripts.items()})
    weights["HAN"] += weights.pop("KANA", 0)
    script = max(sorted(weights), key=lambda name: weights[name])
    return script, weights[script] / weights.total()


def _by_statistics(sample: str, settings: LanguageSettings, *, alphabetic: bool) -> Guess:
    """Ask langdetect; it leaves words in capitals out, so a text that is all capitals is put in lower case first."""
    if sum(map(str.isupper, sample)) > sum(map(str.islower, sample)):
        sample = sample.lower()
    detector = _factory().create()
    detector.append(sample)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return Guess("und", 0.0, "no letter sequence that a language profile knows")
    if not found:
        return Guess("und", 0.0, "no language is likelier than one in ten")
    best = found[0]
    told = " or ".join(f"{_code(f.lang)} {f.prob:.2f}" for f in found[:3])
    probability = min(1.0, round(best.prob, 4))
    if probability < settings.min_probability:
        return Guess("und", probability, f"too close a call: {told}")
    foreign = _foreign(sample, best.lang) if alphabetic else 0.0
    if foreign > _FOREIGN:
        return Guess("und", 0.0, f"{foreign:.0%} of the letters are foreign to {_code(best.lang)}, the likeliest language that has a profile")
    return Guess(_code(best.lang), probability, f"letter sequences: {told}")


def _foreign(sample: str, language: str) -> float:
    """Return the share of letters that the language's profile has never seen: a language without a profile is taken for its nearest relative.

    Words with a capital are left out, they may be names from anywhere.
    """
    at, known = _factory().langlist.index(language), _factory().word_lang_prob_map
    words = " ".join(word for word in sample.split() if word.islower())
    letters = Counter({c: n for c, n in Counter(NGram.normalize_vi(words)).items() if c.isalpha()})
    strange = sum(n for c, n in letters.items() if (gram := NGram.normalize(c)) != " " and not (gram in known and known[gram][at]))
    return strange / max(1, letters.total())


def _code(language: str) -> str:
    return language.partition("-")[0]


def _sample(text: str, most: int) -> str:
    """Take whole words from the first letter on, without addresses and figures, until there are enough."""
    first = _LETTER.search(text)
    if first is None:
        return ""
    words, length = [], 0
    for word in _words(text, first.start()):
        words.append(word)
        length += len(word) + 1
        if length > most:
            break
    return " ".join(words)[:most]


def _words(text: str, start: int) -> Iterator[str]:
    for match in _WORD.finditer(text, start):
        word = match[0]
        if _LETTER.search(word) and "@" not in word and "://" not in word:
            yield word


def _scripts(sample: str) -> Counter[str]:
    """Count the letters by script, which is how their Unicode names begin."""
    scripts: Counter[str] = Counter()
    for character, count in Counter(sample).items():
        if character.isalpha():
            name = unicodedata.name(character, "UNKNOWN").partition(" ")[0]
            scripts[_SCRIPT_OF_NAME.get(name, name)] += count
    return scripts


@cache
def _factory() -> DetectorFactory:
    """Load the profiles once, sorted by name: the order of a directory differs from machine to machine, and the sums with it."""
    factory = DetectorFactory()
    factory.load_json_profile([p.read_text(encoding="utf-8") for p in sorted(Path(PROFILES_DIRECTORY).iterdir()) if p.is_file()])
    factory.set_seed(_SEED)
    return factory
