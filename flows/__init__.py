"""When and where things run: Prefect flows and tasks, the command line, deployments."""

import logging

# It tells of pages that it finds nothing in, without saying which; what became of each page is told by us.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
