"""A page: its lines, what extractors and markup say of them, and what else its markup tells.

| module | what it holds |
|---|---|
| `lines`, `words` | a page as lines, read as a stream; the bounds within which a tree is built |
| `votes` | what three extractors keep |
| `features`, `model`, `weights.json` | the evidence of a line, and how likely it is the article's |
| `cards` | marks of translation software, as flags |
| `facts` | title, date, language, address, site and author from the head |
"""

from copydesk.boilerplate.html.facts import Facts, page_facts

__all__ = ["Facts", "page_facts"]
