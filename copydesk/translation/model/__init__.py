"""How much a text as a whole reads like machine translation: three heads, each for one sort of machine, on counts of words that are never kept.

| module | what it holds |
|---|---|
| `characters`, `tokens` | texts as flat arrays of tokens, without glyphs |
| `table`, `vocabulary`, `language` | a 3-gram model of human news, hashed |
| `figures`, `masked` | what is counted in each window, and the company that common words keep |
| `file` | the model and the file that it is shipped in |
| `score` | a probability for each document |
"""
