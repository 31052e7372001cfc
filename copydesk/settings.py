"""The settings of the stages: what a user may turn, with the figure or the reason behind each default.

One model per stage. An unknown key is an error: a setting that is misspelt must not silently do nothing.
How they are found (file, environment, command line) is the business of `flows.settings`.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["BoilerplateSettings", "DuplicatesSettings", "EncodingSettings", "IngestSettings", "LanguageSettings", "StageSettings", "TranslationSettings"]

Share = Annotated[float, Field(ge=0, le=1)]
Preference = Literal["preferred_site", "earliest", "most_complete", "fewest_flags"]


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
    documents_per_shard: int = Field(
        default=1_000, gt=0, description="a task is a shard: large enough to hide the cost of a task (0.2 s), small enough to hold"
    )


class EncodingSettings(_Model):
    """How much of ftfy is applied: damage only. Typography is the publisher's."""

    uncurl_quotes: bool = Field(default=False, description="make curly quotes straight")
    fix_latin_ligatures: bool = Field(default=False, description="take ligatures apart")
    fix_character_width: bool = Field(default=False, description="make full-width characters plain")
    unescape_html: bool = Field(default=True, description="read HTML entities in plain text (never in HTML itself)")
    remove_control_chars: bool = Field(default=True, description="remove control characters that say nothing in text")


class BoilerplateSettings(_Model):
    """Where boilerplate is looked for, and how much of a document may go."""

    head_lines: int = Field(default=8, ge=0, description="how many lines from the top count as the head of an article")
    tail_lines: int = Field(default=30, ge=0, description="how many lines from the end count as its tail")


class LanguageSettings(_Model):
    """When a language is called, and when it is "und"."""

    min_letters: int = Field(default=10, ge=0, description='a text with fewer letters is "und"; with 16 of them langdetect is right four times in five')
    min_probability: Share = Field(default=0.80, description='a call that is less sure is "und"')
    sample_chars: int = Field(default=500, gt=0, description="langdetect was right on every document of its languages from 300 characters on (1,200 texts)")


class TranslationSettings(_Model):
    """From which score on a document counts as reading like machine translation."""

    flag_score: Share = Field(default=0.5, description="a document with this score or more reads like machine translation")


class DuplicatesSettings(_Model):
    """What a copy is, how candidates are proposed, and which of the copies is kept."""

    threshold: Share = Field(default=0.45, description="exact Jaccard of word shingles from which a document is a copy; bench/README.md has the figures")
    shingle_words: int = Field(default=4, gt=0, description="words a shingle; in scripts without spaces two characters more")
    bands: int = Field(default=40, gt=0, description="bands of the MinHash signature: more of them propose more pairs")
    rows: int = Field(default=3, gt=0, description="minima a band: more of them propose fewer pairs")
    max_bucket: int = Field(default=200, gt=1, description="in a larger crowd on one band value only this many are compared with all others")
    order: tuple[Preference, ...] = Field(default=("preferred_site", "most_complete", "earliest", "fewest_flags"), description="ties end with the id")
    preferred_sites: tuple[str, ...] = Field(default=(), description="the first of them is preferred most")

    @model_validator(mode="after")
    def _bands_reach_the_threshold(self) -> Self:
        """A threshold that the bands cannot reach would silently find nothing: 1 - (1 - s^rows)^bands is the chance of being proposed."""
        chance = 1 - (1 - self.threshold**self.rows) ** self.bands
        if chance < 0.95:  # noqa: PLR2004 - named by the sentence below
            msg = f"{self.bands} bands of {self.rows} rows propose only {chance:.0%} of the pairs at threshold {self.threshold}: take more bands or fewer rows"
            raise ValueError(msg)
        return self


class StageSettings(_Model):
    """The settings of all stages, one field per stage."""

    ingest: IngestSettings = IngestSettings()
    encoding: EncodingSettings = EncodingSettings()
    boilerplate: BoilerplateSettings = BoilerplateSettings()
    language: LanguageSettings = LanguageSettings()
    translation: TranslationSettings = TranslationSettings()
    duplicates: DuplicatesSettings = DuplicatesSettings()
