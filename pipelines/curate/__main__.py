"""`python -m pipelines.curate` is `triptych curate`."""

from pipelines.cli import main

main("curate")
