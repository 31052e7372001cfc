"""Words of a page for counting and comparing, where no language is known: runs of letters and digits, each Chinese, Japanese or Thai character one word."""

import re

__all__ = ["Words", "tokens"]

Words = tuple[str, ...]
_SINGLE = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u0e00-\\u0e7f"
_TOKEN = re.compile(rf"[{_SINGLE}]|[^\W{_SINGLE}]+")  # character classes only: nothing to backtrack into


def tokens(text: str) -> Words:
    """Split a text into words.

    >>> tokens("No one was hurt, police said.")
    ('no', 'one', 'was', 'hurt', 'police', 'said')
    """
    return tuple(_TOKEN.findall(text.lower()))
