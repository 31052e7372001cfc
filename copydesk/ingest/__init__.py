"""Taking in what a scraper brought home: finding the files, reading their records, giving each an identity."""

from copydesk.ingest.records import VERSION, records
from copydesk.ingest.sources import Source, file_of, find, homes, passed_over

__all__ = ["VERSION", "Source", "file_of", "find", "homes", "passed_over", "records"]
