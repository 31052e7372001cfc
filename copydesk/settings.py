"""The settings of the stages: what a user may turn, with the figure or the reason behind each default.

One model per stage. An unknown key is an error: a setting that is misspelt must not silently do nothing.
How they are found (file, environment, command line) is the business of `flows.settings`.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from copydesk.sampling import chance, overlap

__all__ = [
    "BoilerplateSettings",
    "DuplicatesSettings",
    "EncodingSettings",
    "IngestSettings",
    "LanguageSettings",
    "StageSettings",
    "StoriesSettings",
    "TranslationSettings",
]

Share = Annotated[float, Field(ge=0, le=1)]
Preference = Literal["preferred_site", "earliest", "most_complete", "fewest_flags"]
Preset = Literal["none", "damage", "tidy", "plain"]

_DAMAGE = frozenset({"fix_mojibake", "unescape_html", "remove_control_chars", "remove_terminal_escapes"})
_TIDY = _DAMAGE | {"remove_soft_hyphens", "remove_zero_width", "unify_line_endings", "unify_spaces", "compose_letters"}
_PLAIN = _TIDY | {"uncurl_quotes", "fix_latin_ligatures", "fix_character_width", "join_hyphenated"}
_PRESETS: dict[object, frozenset[str]] = {"none": frozenset(), "damage": _DAMAGE, "tidy": _TIDY, "plain": _PLAIN}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IngestSettings(_Model):
    """Which fields of a structured record hold what, and the limits that hold memory."""

    id_field: str = Field(default="id", description="field of a structured record: id")
    text_field: str = Field(default="text", description="field of a structured record: text")
    html_field: str = Field(default="html", description="field of a structured record: a page, where there is no text")
    url_field: str = Field(default="url", description="field of a structured record: URL; its host is the site")
    title_field: str = Field(default="title", description="field of a structured record: title")
    published_field: str = Field(default="published", description="field of a structured record: date of publication")
    max_record_bytes: int = Field(default=10_000_000, gt=0, description="a larger record is quarantined, not read")
    max_decompression_ratio: int = Field(
        default=100,
        gt=0,
        description="a file that unpacks to more than 64 MB and so many times its size is read no further; Apache Tika's figure, crawls were seen with 3 to 8",
    )
    max_nesting: int = Field(
        default=512,
        gt=0,
        description="a record or page nested deeper is quarantined; of 1,330 article pages none is deeper than 100; Blink, too, ends at 512, feeds at 256",
    )
    documents_per_shard: int = Field(
        default=1_000, gt=0, description="a task is a shard: large enough to hide the cost of a task (0.2 s), small enough to hold"
    )


class EncodingSettings(_Model):
    """What counts as damage. A preset sets all the switches; each switch that is named as well overrides it.

    How many of 18,914 sound news texts a switch would touch: those of `damage` none, soft hyphens 5, zero-width characters 4, spaces 210, quotes 7,678. What
    publishers do on purpose is off in the preset that is taken when none is named.
    """

    preset: Preset = Field(
        default="damage",
        description="`none`; `damage`: what was broken on the way; `tidy`: also what cannot be seen, for search and training; `plain`: typography too",
    )
    fix_mojibake: bool = Field(default=True, description="undo text that was read in the wrong encoding")
    unescape_html: bool = Field(default=True, description="read HTML entities in plain text (never in HTML itself)")
    remove_control_chars: bool = Field(default=True, description="remove control characters and byte order marks, which say nothing in text")
    remove_terminal_escapes: bool = Field(default=True, description="remove the colour codes of terminals")
    remove_soft_hyphens: bool = Field(default=False, description="`tidy`: remove soft hyphens, except at the end of a line")
    remove_zero_width: bool = Field(default=False, description="`tidy`: remove zero-width spaces and joiners, except beside letters and emoji that need them")
    unify_line_endings: bool = Field(default=False, description="`tidy`: end lines with a line feed only")
    unify_spaces: bool = Field(default=False, description="`tidy`: make no-break, thin and other spaces plain")
    compose_letters: bool = Field(default=False, description="`tidy`: write letters with their accents as one character (NFC)")
    uncurl_quotes: bool = Field(default=False, description="`plain`: make curly quotes straight")
    fix_latin_ligatures: bool = Field(default=False, description="`plain`: take ligatures apart")
    fix_character_width: bool = Field(default=False, description="`plain`: make full-width characters plain")
    join_hyphenated: bool = Field(default=False, description="`plain`: join words that were hyphenated at the end of a line")

    @model_validator(mode="before")
    @classmethod
    def _preset_sets_the_rest(cls, given: object) -> object:
        """Fill the switches that were not named, so that a record of the settings says what was done, not only what it was called."""
        if not isinstance(given, dict) or (preset := given.get("preset", "damage")) not in _PRESETS:
            return given
        return {switch: switch in _PRESETS[preset] for switch in cls.model_fields if switch != "preset"} | given


class BoilerplateSettings(_Model):
    """Where boilerplate is looked for, and how much of a document may go."""

    head_lines: int = Field(default=8, ge=0, description="how many lines from the top count as the head of an article")
    tail_lines: int = Field(default=30, ge=0, description="how many lines from the end count as its tail")
    host_share: Share = Field(
        default=0.2,
        description="a short line near the ends goes if such a share of its site's documents (and 5) carry it; .2 finds .21 of all boilerplate, .4 .16; 1: off",
    )
    host_lines: int = Field(
        default=2_000, gt=0, description="so many lines of a site are counted, the most frequent ones: with 50 documents a site has at most 47 in 3 or more"
    )
    keep_comments: bool = Field(default=False, description="of a page, keep readers' comments below its article")
    line_model: Literal["off", "safe", "full"] = Field(
        default="safe",
        description="what is done with lines that no rule names: `off`: they stay; `safe`: those go that the line model is sure of, .3 % of an article's words "
        "with them; `full`: more furniture (.78 for .72 of F1 on pages, .74 for .61 on text), and 1 to 2 % of the words",
    )
    remove_repeated_title: bool = Field(default=True, description="remove the second copy of a title that stands twice above an article")
    remove_section_label: bool = Field(
        default=True, description='remove a section\'s name beside a title that stands twice, and "News" and a bar before a title'
    )
    remove_desk_label: bool = Field(default=True, description='remove "Digital Desk:" before the first sentences')
    remove_dateline: bool = Field(
        default=False, description='remove "LONDON (Reuters) -" before the first sentences: it is of the page, but it says where and by whom'
    )
    remove_timestamp: bool = Field(default=True, description='remove "[12:30] " before the first sentences')
    remove_read_more: bool = Field(default=True, description='remove "Read more" behind a sentence')
    remove_click_here: bool = Field(default=True, description='remove "Click here to ..." behind a sentence, and such lines in head and tail')
    remove_share_count: bool = Field(default=True, description='remove "128 shares" at either end of a line')
    remove_photo_credit: bool = Field(default=True, description='remove "Photo: Jane Roe/Agency"; captions stay')
    lift_source_credit: bool = Field(default=True, description='remove "Source: Agency" before or behind an article and keep it as a flag')
    remove_lone_bullet: bool = Field(default=True, description="remove the bullet of the one line that has any: it is no list")
    remove_indentation: bool = Field(default=True, description="remove white space that all lines start with, or that a paragraph of prose starts with")


class LanguageSettings(_Model):
    """When a language is called, and when it is "und"; from which length on a passage in another language is noted."""

    min_letters: int = Field(
        default=6, ge=0, description='a text with fewer letters is "und" (an East Asian letter counts twice); of the calls on 6 to 9 letters .96 are right'
    )
    min_probability: Share = Field(
        default=0.5, description='a call that is less sure is "und"; at 0.5 texts of 20 characters are .85 right and .07 wrong, at 0.9 .68 and .02'
    )
    sample_chars: int = Field(
        default=500, gt=0, description="so much is looked at, spread over the text; of 2,000 documents 300 characters get 58 wrong, 400 50, 500 37, 700 41"
    )
    passage_letters: int = Field(
        default=60,
        gt=0,
        description="a passage in another language is noted from so many letters on: .64 of those with 60 to 120 are found, .92 of longer ones",
    )


class TranslationSettings(_Model):
    """From which score on a document counts as reading like machine translation, and who gives it."""

    flag_score: Share = Field(default=0.5, description="a document with this score or more reads like machine translation")
    score_model: bool = Field(default=True, description="ask the document model beside the rules (English; docs/translation-model.md); off: only the rules")


class DuplicatesSettings(_Model):
    """What a copy is, how candidates are proposed, and which of the copies is kept."""

    threshold: Share = Field(default=0.4, description="share of the shorter text that stands in the other, less its own passages; docs/near-copies.md")
    containment: Share = Field(default=0.8, description="exact containment of word shingles from which a document counts as embedded in a longer one")
    embedded: Literal["remove", "note"] = Field(default="remove", description="what becomes of an article that stands whole in a longer kept one")
    updates: Literal["latest", "both"] = Field(default="latest", description="of the states of a live story, keep the latest or all")
    shingle_words: int = Field(default=3, gt=0, description="words a shingle; in scripts without spaces two characters more")
    sample: int = Field(
        default=12,
        gt=0,
        description="one shingle in so many stands in the sketch by which candidates are found; docs/near-copies.md has the figures for 8, 12, 16 and 32",
    )
    least: int = Field(
        default=16, gt=0, description="so many shingles stand in it at least, for short texts; with 8 twice as many pairs are compared and no more copies found"
    )
    most: int = Field(default=1_000, gt=0, description="and so many at most: memory is bounded whatever the text")
    crowd: int = Field(default=16, gt=1, description="so many documents that share a shingle are all compared with each other; more are a crowd")
    leaders: int = Field(default=4, gt=0, description="of a crowd only so many, the first in the order, are compared with all others")
    order: tuple[Preference, ...] = Field(default=("preferred_site", "most_complete", "earliest", "fewest_flags"), description="ties end with the id")
    preferred_sites: tuple[str, ...] = Field(default=(), description="the first of them is preferred most")

    @model_validator(mode="after")
    def _copies_are_proposed(self) -> Self:
        """A threshold that sketches cannot reach would silently find nothing; `copydesk.sampling` works out the chance of being compared.

        What agrees is taken to stand in one piece: so a share of the words is that share of the shingles.
        """
        if len(set(self.order)) < len(self.order):
            msg = f"order names a preference twice, which can change nothing: {', '.join(self.order)}"
            raise ValueError(msg)
        if self.least > self.most:
            msg = f"least is {self.least} and most {self.most}: no sketch has at least {self.least} shingles and at most {self.most}"
            raise ValueError(msg)
        resembling, embedded = ("threshold", self.threshold), ("containment", self.containment)
        for (name, value), words in ((resembling, (100, 100)), (resembling, (1_000, 1_000)), (embedded, (100, 1_000))):
            first, second = (max(1, count - self.shingle_words + 1) for count in words)
            shared = overlap(value, first, second, containment=True)
            compared = chance(shared, first, second, sample=self.sample, least=self.least, most=self.most)
            if compared < 0.95:  # noqa: PLR2004 - of texts as short as these hardly any copy should be missed
                found = f"of pairs at {name} {value}, texts of {words[0]} and {words[1]} words, only {compared:.0%} would be compared"
                msg = f"{found} with sample {self.sample}, least {self.least} and most {self.most}: take a smaller sample, or more at least and at most"
                raise ValueError(msg)
        return self


class StoriesSettings(_Model):
    """What counts as the same event. The figures are in docs/near-copies.md."""

    enabled: bool = Field(default=True, description="look for stories; without it the columns `story` and `telltales` are empty")
    values: int = Field(default=48, gt=3, description="so many of a text's rarest words and figures stand for it")
    shared: int = Field(default=3, gt=1, description="reports of one event share so many of them at least")
    evidence: float = Field(
        default=11, ge=0, le=1_000, description="and what they share says so much in all, in nats beyond that of a word in one of 150 news texts"
    )
    threshold: Share = Field(default=0.28, gt=0, description="cosine of the weighted words and figures from which two reports tell of one event")
    days: float = Field(
        default=3, gt=0, le=36_500, description="dated reports of one event lie so many days apart at most; one without a date is compared with all"
    )
    crowd: int = Field(default=50, gt=1, description="of more reports that share a word within those days only so many, the earliest, are compared with all")


class StageSettings(_Model):
    """The settings of all stages, one field per stage."""

    ingest: IngestSettings = IngestSettings()
    encoding: EncodingSettings = EncodingSettings()
    boilerplate: BoilerplateSettings = BoilerplateSettings()
    language: LanguageSettings = LanguageSettings()
    translation: TranslationSettings = TranslationSettings()
    duplicates: DuplicatesSettings = DuplicatesSettings()
    stories: StoriesSettings = StoriesSettings()
