"""The report of a run: one file that a person can read from top to bottom and trust, and the record that it is made of.

`record` is the data, `collect` finds it in the rows of a run, `outline` says what comes first, `render` makes a page of it;
`diff` marks what changed in a text, for the page and for terminals.
"""
