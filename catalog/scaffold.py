"""A new data set's card and replica, with everything that only a person can know left open: `triptych catalog validate`
then says, key by key, what is still to fill in."""

import re
from pathlib import Path

from catalog.errors import CatalogError

CARD = """\
id: {id}
name: ""  # as its authors write it
summary: ""  # one or two plain sentences of your own: what it shows, how many, what is annotated
version: ""
homepage: ""  # https://...
citation: ""
terms:
  licence: ""  # an SPDX expression, LicenseRef-NAME for other terms, or unknown
  access: unknown  # open, registration, application, closed, unknown
  redistribution: unknown  # "yes" or "no" only where you read it
  derivatives: unknown
  commercial: unknown
  attribution: ""
  evidence: ""  # where you read the terms, and what they say
modalities: []  # slugs: python -m catalog.concepts.find TEXT
anatomy: []
tasks: []  # such as segmentation, classification, detection, vqa, report
counts: {{}}  # whole numbers, such as images: 100
download: []  # - {{file: NAME, url: ..., sha256: ...}}
layout:
  reader: ""  # triptych readers lists them
  options:
    files: []  # patterns, such as images/{{patient}}_{{slice}}.png
    annotations: []  # - {{format: ..., file: ...}}
  labels: {{}}  # published value: slug, or null with a reason under `unmapped`
  unmapped: {{}}
  facts: {{}}  # name of a value that is kept or told: {{as: ...}}, or {{left_out: REASON}}
exhaustive: []  # slugs annotated wherever they occur: only those can be absent
shares_subjects_with: []
benchmarks: []
evidence: []  # - {{what: ..., where: owner/repository path}}
"""

REPLICA = """\
# A small stand-in of the published folder, written from the evidence and never from the card.
# How to write it: tests/replicas/builder/declaration.py. Try it: python -m tests.connectors.expectations {id}
evidence: []  # - "owner/repository path: what was read there"
tree: {{}}  # images/p1_01.png: {{image: {{size: [48, 40], mode: L}}}}
expect: {{}}  # records: 1
"""


def new_dataset(dataset: str, root: Path) -> list[Path]:
    """Writes the card of a new set under `root` (the folder `catalog`) and its replica beside, and returns their paths.
    Raises CatalogError when the id is no slug, or one of the files is there."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", dataset):
        raise CatalogError("new-dataset", dataset, "no id: use small letters, digits and _, such as my_dataset")
    files = {
        root / "datasets" / f"{dataset}.yaml": CARD,
        root.parent / "tests" / "replicas" / f"{dataset}.yaml": REPLICA,
    }
    for path in files:
        if path.exists():
            raise CatalogError("/".join(path.parts[-3:]), "the file", "is there already; it is not overwritten")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(id=dataset), encoding="utf-8")
    return list(files)
