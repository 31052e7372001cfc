"""Taking in what a scraper brought home: finding the files, reading their records, giving each an identity."""

from copydesk.ingest.records import VERSION, records
from copydesk.ingest.sources import Source, Survey, file_of, find, homes, survey

__all__ = ["VERSION", "Source", "Survey", "file_of", "find", "homes", "records", "survey"]
