"""What a document says about its own encoding, and what a server said: found here, believed nowhere.

Charsets are declared by default templates and by server settings more often than by looking at the text. So this only reads the declarations;
`decode` checks them against the bytes.
"""

import re

__all__ = ["charset_of_header", "charset_of_markup"]

_HEAD = 1_024  # bytes: as far as browsers look (HTML standard, section 13.2.3.2, "prescan a byte stream to determine its encoding")
_TAG = re.compile(rb"<(?:meta|\?xml)[\s/][^<>]*", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_CHARSET = re.compile(rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9][\w.:+-]{0,39})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9][\w.:+-]{0,39})", re.IGNORECASE)
_LONGEST_HEADER = 1_000


def charset_of_markup(data: bytes) -> str:
    """Return the label in the first meta element or XML declaration that has one, or "".

    >>> charset_of_markup(b'<!doctype html><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">')
    'windows-1251'
    >>> charset_of_markup(b"<?xml version='1.0' encoding='ISO-8859-2'?>"), charset_of_markup(b"write charset=utf-8 into it")
    ('ISO-8859-2', '')
    """
    head = data[:_HEAD]
    if b"<" not in head:
        return ""
    for tag in _TAG.finditer(_COMMENT.sub(b"", head)):
        found = _CHARSET.search(tag[0])
        if found:
            return found[1].decode("ascii", "replace")
    return ""


def charset_of_header(content_type: str) -> str:
    """Return the label in the value of a Content-Type header, or "" (RFC 9110, section 8.3.1; quotes and stray spaces are common).

    >>> charset_of_header('text/html; Charset = "ISO-8859-1"'), charset_of_header("text/html")
    ('ISO-8859-1', '')
    """
    found = _HEADER.search(content_type[:_LONGEST_HEADER])
    return found[1] if found else ""
