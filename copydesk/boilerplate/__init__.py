"""What pages print round their articles, taken out: share bars, comment forms, teasers, notices, footers.

Scraped articles carry the furniture of their pages, and it does harm downstream: it makes strangers look like copies and one site look like a topic.
This stage takes the main text out of HTML, then removes the lines that a named rule knows or the line model is sure of, and would rather leave furniture
than lose a sentence.

| module | what it holds |
|---|---|
| `extract`, `html/` | the main text of an HTML page, and the marks of translation software in it |
| `lexicon`, `folding`, `phrases/` | the known phrases, how they are read and compared |
| `evidence`, `plain` | what is seen of each line; of most, by a few passes over a whole shard, that it is nothing |
| `judge`, `titles` | which lines go, and why |
| `inline`, `layout` | what goes at either end of a line that stays |
| `credits`, `sources` | who is named by a credit; the sources that are kept as flags |
| `weighing`, `model/` | what the rules leave, weighed by a small model |
| `hosts` | which lines so many documents of a site carry that they are the site's |
| `strip` | the edits |
"""

from functools import partial

from copydesk.boilerplate.extract import extract, main_text
from copydesk.boilerplate.hosts import HostCounts, versions
from copydesk.boilerplate.html import cards
from copydesk.boilerplate.sources import sources
from copydesk.boilerplate.strip import STAGE, keep_lines, strip
from copydesk.document import Flags
from copydesk.settings import BoilerplateSettings
from copydesk.stage import EditStage, Together

__all__ = ["VERSION", "keep_lines", "main_text", "stage"]

VERSION = 3


def stage(settings: BoilerplateSettings, counts: HostCounts | None = None) -> EditStage:
    r"""Return the stage: the main text of HTML first, then its lines; the sources that it cut are flags.

    `counts` are those of the sites that the documents are from (`copydesk.counting`); a document names their version with a flag.

    >>> from copydesk.document import Document
    >>> from copydesk.stage import advance
    >>> page = Document(id="1", source="s", site="", text="A fire broke out at the mill.\n\nLeave a comment (12)")
    >>> advance(stage(BoilerplateSettings()), page).text
    'A fire broke out at the mill.'
    """
    judges: tuple[Flags, ...] = (partial(sources, settings=settings), cards.judge)
    if counts:
        judges = (*judges, partial(versions, counts=counts))
    return EditStage(STAGE, VERSION, (partial(extract, comments=settings.keep_comments), Together(partial(strip, settings=settings, counts=counts))), judges)
