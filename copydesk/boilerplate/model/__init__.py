"""The line model of the boilerplate stage: evidence counted over a shard at once, and a small model that weighs it.

| module | what it holds |
|---|---|
| `characters`, `text` | documents as flat arrays: lines, words, their hashes |
| `shape`, `words`, `known`, `context`, `echo` | the evidence, each kind by itself |
| `columns` | all evidence in a matrix, and its kinds in words |
| `forest`, `file` | the trees and the file that they are shipped in |
| `score` | scores of lines, with reasons |
"""
