"""`python -m pipelines.ingest` is `triptych ingest`."""

from pipelines.cli import main

main("ingest")
