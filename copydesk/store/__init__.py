"""Where documents rest: shards with manifests on the way, one Delta table at the end."""
