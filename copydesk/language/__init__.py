"""The language stage: which language a document is in, or that it cannot be told and why (`identify`); which of its passages are in another (`passages`)."""
