"""The figures that the suites compare with: what a user may turn without touching a suite.

Limits of a document decide about quarantine, so their defaults let everything pass that a reader could still use. Limits of a share tell drift:
only the share of quarantined documents can stop a run. Shares are 0 to 1.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Limits"]

Share = Annotated[float, Field(ge=0, le=1)]


class Limits(BaseModel):
    """All thresholds of all suites, each with what it decides; a comment gives the measurement that set it, where there is one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Documents
    min_chars: int = Field(default=1, ge=0, description="a decoded text with fewer characters is quarantined as empty")
    # Not measured: no text of the encoding set loses a byte. One lost character in 20 leaves no sentence whole; one bad byte in a short note passes.
    max_replaced_share: Share = Field(default=0.05, description="a text that lost more of its characters to undecodable bytes is quarantined")
    # 6,000 clean texts in 100 languages: 7.5 at most, 99.9 % under 1.7. Texts with injected mojibake: up to 35 before the repair, 1.2 after it.
    max_mojibake: float = Field(default=10, ge=0, description="a text with more garbled spots left per 1,000 characters than this is quarantined")
    # Of 2,286 pages whose boilerplate is known, 7 % consist of it by more than .8, but only .5 % of such pages have fewer than 50 words of content.
    max_removed_share: Share = Field(default=0.8, description="a text that lost more of its words, with few left, is quarantined")
    hollow_words: int = Field(default=50, ge=0, description="a text that keeps this many words is an article, whatever share of its page went")

    max_translated_score: Share = Field(default=1, description="a document with a higher translation score is quarantined; 1 quarantines none")

    # Shares of a run's documents
    # chardet is modest: of 318 decodings of legacy encodings under .5 it had 316 right, so this is for the record only.
    min_confidence: Share = Field(default=0.3, description="a decoding that is less sure than this counts as unsure")
    max_unsure_share: Share = Field(default=0.1, description="more unsure decodings than this are noted")
    # Whole pages as a naive scraper sees them consist of boilerplate by .38 in the mean, crawled text by .23.
    max_mean_removed_share: Share = Field(default=0.5, description="more words removed from the mean document than this bring a warning")
    max_und_share: Share = Field(default=0.3, description="more documents of unknown language than this bring a warning")
    long_text_letters: int = Field(default=200, ge=0, description="a text with this many letters should have a language")
    max_long_und_share: Share = Field(default=0.05, description="more long texts of unknown language than this are noted")
    translated_score: Share = Field(default=0.5, description="a document with this score or more counts as reading like machine translation")
    max_translated_share: Share = Field(default=0.5, description="more documents that read like machine translation than this are noted")
    max_duplicate_share: Share = Field(default=0.6, description="more near-copies than this bring a warning")
    max_quarantined_share: Share = Field(default=0.5, description="if a stage would quarantine more of its documents than this, the run stops")
    min_rows_for_shares: int = Field(default=50, ge=1, description="shares are not judged on fewer documents: three of four may be bad on a quiet day")
