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

    id_field: str = "id"
    text_field: str = "text"
    html_field: str = "html"
    url_field: str = "url"
    title_field: str = "title"
    published_field: str = "published"
    max_record_bytes: int = Field(default=10_000_000, gt=0, description="a larger record is quarantined, not read")
    documents_per_shard: int = Field(
        default=2_000, gt=0, description="a task is a shard: large enough to hide the cost of a task (0.2 s), small enough to hold"
    )


class EncodingSettings(_Model):
    """How much of ftfy is applied: damage only. Typography is the publisher's."""

    uncurl_quotes: bool = False
    fix_latin_ligatures: bool = False
    fix_character_width: bool = False
    unescape_html: bool = True
    remove_control_chars: bool = True


class BoilerplateSettings(_Model):
    """Where boilerplate is looked for, and how much of a document may go."""

    head_lines: int = Field(default=8, ge=0, description="how many lines from the top count as the head of an article")
    tail_lines: int = Field(default=30, ge=0, description="how many lines from the end count as its tail")


class LanguageSettings(_Model):
    """When a language is called, and when it is "und"."""

    min_letters: int = Field(default=20, ge=0, description="fewer letters than this cannot be told; langdetect was right on .78 of 20-character texts")
    min_probability: Share = 0.80
    sample_chars: int = Field(default=1_000, gt=0, description="langdetect's cost grows with the text, its answer does not after about this many")


class TranslationSettings(_Model):
    """From which score on a document counts as reading like machine translation."""

    flag_score: Share = 0.5


class DuplicatesSettings(_Model):
    """What a copy is, how candidates are proposed, and which of the copies is kept."""

    threshold: Share = Field(default=0.7, description="exact Jaccard of word shingles from which a document is a copy")
    shingle_words: int = Field(default=3, gt=0)
    bands: int = Field(default=32, gt=0)
    rows: int = Field(default=4, gt=0)
    max_bucket: int = Field(default=200, gt=1, description="in a larger crowd on one band value only this many are compared with all others")
    order: tuple[Preference, ...] = Field(default=("preferred_site", "earliest", "most_complete", "fewest_flags"), description="ties end with the id")
    preferred_sites: tuple[str, ...] = ()

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
