"""What pages print round their articles, taken out: share bars, comment forms, teasers, notices, footers.

Scraped articles carry the furniture of their pages, and it does harm downstream: it makes strangers look like copies and one site look like a topic.
This stage takes the main text out of HTML, then removes the lines that a named rule knows, and would rather leave furniture than lose a sentence.

| module | what it holds |
|---|---|
| `extract` | the main text of an HTML page |
| `lexicon`, `folding`, `phrases/` | the known phrases, how they are read and compared |
| `evidence` | what is seen of each line |
| `judge` | which lines go, and why |
| `strip` | the edits |
"""

from functools import partial

from copydesk.boilerplate.extract import extract, main_text
from copydesk.boilerplate.strip import STAGE, keep_lines, strip
from copydesk.settings import BoilerplateSettings
from copydesk.stage import EditStage

__all__ = ["VERSION", "keep_lines", "main_text", "stage"]

VERSION = 1


def stage(settings: BoilerplateSettings) -> EditStage:
    r"""Return the stage: the main text of HTML first, then its lines.

    >>> from copydesk.document import Document
    >>> from copydesk.stage import advance
    >>> page = Document(id="1", source="s", site="", text="A fire broke out at the mill.\n\nLeave a comment (12)")
    >>> advance(stage(BoilerplateSettings()), page).text
    'A fire broke out at the mill.'
    """
    return EditStage(STAGE, VERSION, (extract, partial(strip, settings=settings)))
