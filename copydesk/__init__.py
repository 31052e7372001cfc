"""The craft of copydesk: pure functions on text and tables.

Nothing here knows Prefect, Great Expectations, the clock or the environment, so each judgement can be read, tested and reused by itself.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("copydesk")
except PackageNotFoundError:  # a checkout that is imported without being installed
    __version__ = "0+unknown"
