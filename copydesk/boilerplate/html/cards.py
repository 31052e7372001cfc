"""Calling cards of translation software in the markup of a page, handed on as flags.

Browsers and plugins that translate a page leave marks that are gone once the main text is taken out, and a mark is better evidence than any score of the
text. Two things are told apart: a page that *was translated* ("translation-card", score 1: the mark is set when the words are replaced) and a site that
*offers* translations by a plugin ("translation-plugin", score 0.5: its original pages carry the mark too). `translate="no"` and `notranslate` are neither.

The marks are those of each product as its pages are known to carry them; 1,330 DEV pages held 26 marks of plugins and none of a translated page, so the latter
are tested on invented pages only. Google Translate sets `translated-ltr` on <html>, wraps words in
<font style="vertical-align: inherit;">, and its proxy declares `lang="de-x-mtfrom-en"` (BCP 47 private use) and a link `machine-translated-from`; Microsoft
Translator numbers what it touched (`_msttexthash`, `_mstmutation`); Transposh counts its phrases in <meta name="translation-stats">.
"""

from dataclasses import dataclass
from itertools import islice

import re2

from copydesk.document import Document, Flag

__all__ = ["CARD", "MOST_CHARS", "PLUGIN", "Card", "cards", "judge"]

CARD = "translation-card"
PLUGIN = "translation-plugin"
MOST_CHARS = 3_000_000
"""Characters of a page that are searched."""
FONTS = 3
"""So many <font style="vertical-align: inherit"> are Google Translate's; it sets two for each sentence, and hand-written pages none."""
LONGEST_EVIDENCE = 120


@dataclass(frozen=True, slots=True)
class Card:
    """A mark that was found: whose it is, whether it says that the page was translated, and the words that say so."""

    product: str
    translated: bool
    evidence: str


_TRANSLATED = (
    ("google-translate", r"""<html\b[^>]*\bclass\s*=\s*["']?[^"'>]*\btranslated-(?:ltr|rtl)\b"""),
    ("google-translate", r"""<html\b[^>]*\blang\s*=\s*["']?[a-z-]{2,20}-x-mtfrom-[a-z-]{2,20}"""),
    ("google-translate", r"""<base\b[^>]*\bhref\s*=\s*["']?https?://[^"'>/]*\.translate\.goog/"""),
    ("machine-translated-from", r"""<(?:link|meta|html|a)\b[^>]*\b(?:rel|name|property|itemprop)\s*=\s*["']?(?:x-)?machine-translated(?:-from)?\b"""),
    ("machine-translated-from", r"""<(?:html|body|article|div|main)\b[^>]*\s(?:data-|x-)?machine-translated(?:-from)?\s*="""),
    ("microsoft-translator", r"""<[a-z][a-z0-9]*\b[^>]*\s_mst(?:texthash|mutation)\s*="""),
    ("transposh", r"""<meta\b[^>]*\bname\s*=\s*["']?translation-stats\b"""),
    ("transposh", r"""<span\b[^>]*\bclass\s*=\s*["']?tr_u?["'\s][^>]*\bid\s*=\s*["']?tr_[0-9]+"""),
)
_OFFERED = (
    ("gtranslate", r"""<[a-z][a-z0-9]*\b[^>]*\b(?:class|id)\s*=\s*["']?[^"'>]*\bgtranslate(?:_wrapper|[-_][a-z0-9])"""),
    ("gtranslate", r"""\bsrc\s*=\s*["']?[^"'>\s]*(?:cdn\.gtranslate\.net|/plugins/gtranslate/)"""),
    ("transposh", r"""\b(?:src|href)\s*=\s*["']?[^"'>\s]*/plugins/transposh"""),
    ("translatepress", r"""<body\b[^>]*\bclass\s*=\s*["']?[^"'>]*\btranslatepress-[a-z]{2}"""),
    ("translatepress", r"""<[a-z][a-z0-9]*\b[^>]*\sdata-trp-[a-z-]{3,40}"""),
    ("weglot", r"""\b(?:src|href)\s*=\s*["']?https?://cdn\.weglot\.com/"""),
    ("weglot", r"""<script\b[^>]*\bid\s*=\s*["']?weglot-data\b"""),
    ("google-translate-widget", r"""\bsrc\s*=\s*["']?(?:https?:)?//translate\.google(?:apis)?\.com/translate_a/element\.js"""),
)
_FONT = r"""<font\b[^>]*\bstyle\s*=\s*["']?\s*vertical-align\s*:\s*inherit\b"""


def _compiled(pattern: str) -> "re2._Regexp[str]":
    options = re2.Options()
    options.case_sensitive = False
    return re2.compile(pattern, options)


_PATTERNS = tuple((product, translated, _compiled(p)) for translated, marks in ((True, _TRANSLATED), (False, _OFFERED)) for product, p in marks)
_FONTS = _compiled(_FONT)


def cards(page: str) -> tuple[Card, ...]:
    """Return the marks of a page, one a product and kind; time is linear in the page.

    >>> [(c.product, c.translated) for c in cards('<html lang="de" class="js translated-ltr"><p>Das Feuer')]
    [('google-translate', True)]
    """
    page = page[:MOST_CHARS].encode("utf-8", "replace").decode()
    found: dict[tuple[str, bool], Card] = {}
    for product, translated, pattern in _PATTERNS:
        if (product, translated) not in found and (hit := pattern.search(page)):
            found[product, translated] = Card(product, translated, _evidence(hit.group()))
    if ("google-translate", True) not in found:
        fonts = sum(1 for _ in islice(_FONTS.finditer(page), FONTS))
        if fonts == FONTS:
            found["google-translate", True] = Card("google-translate", translated=True, evidence='<font style="vertical-align: inherit">, many times')
    return tuple(found.values())


def judge(document: Document) -> tuple[Flag, ...]:
    """Flag the whole of a text whose page carries such a mark; `value` is the product, `score` 1 for a translated page, 0.5 for a site that has a plugin.

    The page is what the first edit that took the main text out replaced; a document that never was a page has none.
    """
    if document.media != "html":
        return ()
    page = next((edit.before for edit in document.edits if edit.rule == "html:main-text"), "")
    end = len(document.text)
    return tuple(
        Flag("boilerplate", CARD if card.translated else PLUGIN, 0, end, f"in the markup: {card.evidence}", card.product, 1.0 if card.translated else 0.5)
        for card in cards(page)
    )


def _evidence(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= LONGEST_EVIDENCE else f"{short[: LONGEST_EVIDENCE // 2]} ... {short[-LONGEST_EVIDENCE // 2 :]}"
