"""The encoding stage: bytes become text (`decode`), and text that was damaged on its way is put right (`repair`)."""
