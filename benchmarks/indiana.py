"""The reports of Indiana University with their MeSH headings, by people: a second look for `benchmarks.reports`."""

import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from benchmarks.claims_suite.declared import space
from transforms.mentions import mentions

FAMILIES = {
    "Cardiomegaly": "cardiomegaly", "Pulmonary Atelectasis": "atelectasis lobar_collapse lung_collapse",
    "Calcified Granuloma": "calcified_granuloma granuloma", "Granuloma": "calcified_granuloma granuloma",
    "Pleural Effusion": "pleural_effusion", "Scoliosis": "scoliosis", "Kyphosis": "kyphosis",
    "Emphysema": "emphysema", "Pulmonary Emphysema": "emphysema", "Hernia, Hiatal": "hiatus_hernia",
    "Pulmonary Congestion": "pulmonary_congestion", "Pulmonary Edema": "pulmonary_edema",
    "Pneumothorax": "pneumothorax", "Pneumonia": "pneumonia lung_infection", "Osteophyte": "osteophyte",
    "Nodule": "lung_nodule_or_mass pulmonary_nodule nodule", "Consolidation": "consolidation",
    "Infiltrate": "infiltrate", "Airspace Disease": "air_space_opacity", "Cicatrix": "scar lung_scar",
    "Fractures, Bone": "fracture rib_fracture acute_rib_fracture non_acute_rib_fracture",
    "Heart Failure": "heart_failure", "Pulmonary Fibrosis": "pulmonary_fibrosis",
}  # fmt: skip
"""MeSH headings of the Indiana reports that have a concept of their own, and which; the others (Opacity, Lung) are read
in too many words."""


class Coded(NamedTuple):
    """A report of Indiana: its findings and impression, and {heading: side or none} as people coded it."""

    text: str
    codes: dict[str, str]


def indiana(path: Path) -> Iterator[tuple[str, Coded]]:
    """NLMCXR_reports.tgz: one XML a report. Nothing of it is kept: its terms are CC BY-NC-ND."""
    with tarfile.open(path) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.name.endswith(".xml") else None
            if file is None:
                continue
            root = ElementTree.fromstring(file.read())
            parts = [
                one.text or "" for one in root.iter("AbstractText") if one.get("Label") in ("FINDINGS", "IMPRESSION")
            ]
            sides: dict[str, set[str]] = defaultdict(set)
            for one in root.iter("major"):
                head, *rest = (one.text or "").split("/")
                if head in FAMILIES:
                    sides[head] |= {"both" if word == "bilateral" else word for word in rest} & {
                        "left",
                        "right",
                        "both",
                    }
            codes = {head: one.pop() if len(one) == 1 else "both" if one else "none" for head, one in sides.items()}
            yield member.name, Coded("\n\n".join(parts), codes)


def of_indiana(reports: Iterable[Coded]) -> tuple[tuple[int, int, int], list[tuple[str, str]]]:
    """Headings as findings that are there: right, found, wanted; and (side told, side coded) where one is coded."""
    right = found = wanted = 0
    sides = []
    heads = {slug: head for head, slugs in FAMILIES.items() for slug in slugs.split()}
    for one in reports:
        told = defaultdict(set)
        for each in mentions(one.text, space(), chest=True):
            slug = space().slugs[each.concept.label]
            if slug in heads and each.state in ("present", "uncertain"):
                told[FAMILIES[heads[slug]]].add(each.side or "none")
        truth = {FAMILIES[head]: side for head, side in one.codes.items()}
        right, found, wanted = right + len(told.keys() & truth.keys()), found + len(told), wanted + len(truth)
        for family in told.keys() & truth.keys():
            said = told[family] - {"none"}
            if truth[family] != "none":
                sides.append((said.pop() if len(said) == 1 else "both" if said else "none", truth[family]))
    return (right, found, wanted), sides
