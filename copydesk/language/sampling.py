"""Which part of a text is looked at: a sample spread evenly over it, so that the language with most of the text prevails, and its lines for passages.

Positions count characters of the text. Both functions look at each character a fixed number of times at most, whatever the text is.
"""

from collections.abc import Iterator

__all__ = ["pieces", "spread"]

_WINDOW = 100  # characters: long enough for an identifier to settle in, short enough for five places in a sample of 500
_WORD_BEGINS = 20  # so far a window's first space is looked for


def spread(text: str, most: int) -> str:
    """Return the text, or where it is longer windows of it from its beginning to its end, together of `most` characters at most.

    >>> spread("To be, or not to be: that is the question.", 100)
    'To be, or not to be: that is the question.'
    >>> len(spread("word " * 1000, 500))
    495
    """
    if len(text) <= most:
        return text
    count = max(1, most // _WINDOW)
    step = (len(text) - _WINDOW) // max(1, count - 1)
    return "\n".join([_window(text, at * step, min(_WINDOW, most) - 1) for at in range(count)])


def _window(text: str, start: int, length: int) -> str:
    """Cut a window that begins with a word, where words are to be seen."""
    space = text.find(" ", start, start + _WORD_BEGINS) if start else -1
    return text[space + 1 : space + 1 + length] if space >= 0 else text[start : start + length]


def pieces(text: str, least: int) -> Iterator[tuple[int, int]]:
    r"""Yield where lines begin and end that have `least` characters or more; of shorter ones as many as follow each other, until they have.

    >>> text = "A heading\nA line that is long enough\nof\nfour short\nlines\nhere\n"
    >>> [text[start:end] for start, end in pieces(text, 20)]
    ['A line that is long enough', 'of\nfour short\nlines\nhere']
    """
    start, waiting, last = 0, -1, 0  # short lines wait from `waiting` to `last`
    held: tuple[int, int] | None = None  # enough of them, to which a rest may come
    for line in text.split("\n"):
        end = start + len(line)
        if end - start >= least:
            if held:
                yield (held[0], last)
            held, waiting = None, -1
            yield start, end
        elif line:
            waiting, last = start if waiting < 0 else waiting, end
            if last - waiting >= least:
                if held:
                    yield held
                held, waiting = (waiting, last), -1
        start = end + 1
    if held:
        yield (held[0], last)
