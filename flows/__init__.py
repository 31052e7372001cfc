"""When and where things run: Prefect flows and tasks, the command line, deployments."""
