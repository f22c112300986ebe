"""`python -m pipelines.publish` is `triptych publish`."""

from pipelines.cli import main

main("publish")
