"""What software leaves in the text itself: a translation widget's captions, a spinner's template, the marks of a decoder.

What a page's HTML says of translation software is found where the HTML is read (`copydesk.boilerplate.html.cards`); these rules see text alone.
"""

from copydesk.translation.rule import Rule, by_pattern

__all__ = ["RULES"]

# The balloon that Google's page translation opens over a sentence, and what plugins write under a page that they translated.
_WIDGET = (
    r"Contribute a better translation|Rate this translation|Your feedback will be used to help improve Google Translate|Powered by Google Translate"
    r"|Translated (?:automatically )?by Google|Sugiere una traducci\x{F3}n mejor|Contribuer \x{E0} une meilleure traduction"
    r"|(?:article|text|page|post|content) (?:was|is|has been) (?:machine|automatically|auto)[- ]translated|This is (?:a machine|an automatic) translation"
    r"|(?:was|is|has been) translated automatically"
)

RULES = (
    Rule(
        name="translation_widget",
        family="markup",
        weight="alone",
        means="the captions of a translation program, or its own statement that the text was translated",
        languages=("*",),
        anchor=_WIDGET,
        find=by_pattern(rf"({_WIDGET})", "'{found}': a translation program says so itself"),
        web_only=True,
    ),
    Rule(
        name="spinner_template",
        family="markup",
        weight="alone",
        means="alternatives in braces, from which a spinner picks one",
        languages=("*",),
        anchor=r"[\pL ]\|[\pL ]",
        find=by_pattern(r"(\{\pL[\pL' -]*(?:\|\pL[\pL' -]*)+\})", "'{found}'; expected one of the alternatives"),
        web_only=True,
    ),
    Rule(
        name="decoder_mark",
        family="markup",
        weight="alone",
        means="a mark that systems use inside: for a word that they do not know, or for the pieces of one",
        languages=("*",),
        anchor=r"<unk>|@-@|[a-z]@@ |\x{2581}[a-z]",
        find=by_pattern(r"(<unk>|@-@|[a-z]@@ |\x{2581}[a-z])", "'{found}' is a mark of a translation system; expected a word"),
    ),
)
