"""A small published corpus, made by hand from tests/scenes.py: for tests of shards, clients and the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schemas import (
    Claim,
    DatasetCard,
    Description,
    Dialogue,
    Fact,
    ItemCheck,
    Layout,
    Media,
    Provenance,
    ReasoningStep,
    Recipe,
    Sample,
    SourceFile,
    SourceSpec,
    Step,
    Terms,
    Text,
    TextMaker,
    Turn,
    View,
)  # fmt: skip
from schemas.recipe import ShardSpec
from schemas.text import RegionText
from tests.scenes import axial_abdomen
from transforms.shards import stats as statistics
from transforms.shards.beside import summed
from transforms.shards.builder import pack
from transforms.shards.croissant import croissant
from transforms.shards.datacard import datacard
from transforms.shards.energon import INDEX, index_of
from transforms.shards.example import example
from transforms.shards.layers import ShardFiles, tar_names
from transforms.shards.licence import licence_of, licences_md
from transforms.shards.manifest import Manifest, ShardEntry, manifest
from transforms.shards.plan import Cutter, names
from transforms.shards.plots import draw

Members = dict[str, bytes]
MAKER = TextMaker(backend="hand", revision="1")
TERMS = Terms(
    licence="CC-BY-4.0", access="open", redistribution="yes", derivatives="yes", commercial="yes",
    attribution="Drawn by the testers", url="https://creativecommons.org/licenses/by/4.0/", evidence="tests/corpora.py",
)  # fmt: skip
CARD = DatasetCard(
    id="toy", name="Toy abdomens", summary="Rectangles and a disc.", version="1", homepage="https://example.org/toy",
    citation="The testers, 2026", terms=TERMS, modalities=("ct",), anatomy=("abdomen",), tasks=("size",),
    layout=Layout(reader="none"),
)  # fmt: skip
RECIPE = Recipe(
    name="toy_corpus", version="1.0.0", title="Toy corpus", summary="Hand-drawn abdomens.", seed=7,
    sources=(SourceSpec(dataset="toy"),), tasks=("size",), shards=ShardSpec(max_samples=4),
)  # fmt: skip

# Known from the drawing: r3 is 10 x 20 px of 2 mm, r2 lies wholly in r1, r1 has 2000 px and r3 has 200.
FACTS = (
    Fact(id="f1", predicate="area", regions=("r3",), value=800.0, unit="mm2", tolerance=4.0),
    Fact(id="f2", predicate="inside", regions=("r2", "r1"), value=1.0),
    Fact(id="f3", predicate="larger", regions=("r1", "r3"), value=10.0, tolerance=0.5),
    Fact(id="f4", predicate="zone", regions=("r3",), value="middle left"),
    Fact(id="f5", predicate="modality", value="computed tomography", scope="record"),
)


def said(before: str, words: str, after: str, fact: str) -> Text:
    return Text(text=before + words + after, claims=(Claim(span=(len(before), len(before) + len(words)), fact=fact),))


def picture(number: int) -> Sample:
    """An abdomen; its number is in its key, its subject and (see `packed`) its pixels."""
    scene = axial_abdomen().scene
    size = said("The left kidney covers ", "8.0 cm2", ".", "f1")
    dialogue = Dialogue(
        id="d1", task="size", answer="800 mm²", regions=("r3",), facts=("f1",), made_by=MAKER,
        check=ItemCheck(kind="tolerance", value=800.0, unit="mm2", within=80.0),
        turns=(Turn(role="user", text="What area does the left kidney cover?"),
               Turn(role="assistant", text=size.text, claims=size.claims)),
        reasoning=(ReasoningStep(op="area", args={"region": "r3"}, result=800.0, unit="mm2", text="Measure: 800 mm².",
                                 box=(90, 50, 100, 70)),),
    )  # fmt: skip
    description = Description.model_validate({
        "global": said("This is a ", "computed tomography", " image.", "f5"), "made_by": MAKER,
        "regions": (RegionText(region="r3", text=size.text, claims=size.claims),),
        "relations": (said("The lesion lies ", "in the liver", ".", "f2"),),
    })  # fmt: skip
    return emitted(scene.model_dump(), number, description, facts=FACTS, dialogues=(dialogue,))


def emitted(scene: dict[str, object], number: int, description: Description, **more: object) -> Sample:
    fields = {
        **scene, "key": f"toy-{number:04d}", "subject": f"toy/subject-{number // 2}", "split": "train",
        "licence": licence_of(CARD), "description": description, **more,
        "provenance": Provenance(sources=(SourceFile(uri="a.nii.gz", sha256="0" * 64, bytes=1),),
                                 steps=(Step(stage="regions", version="1", params={}, key="k"),)),
    }  # fmt: skip
    return Sample.model_validate(fields)


def document(number: int) -> Sample:
    """A text-only sample: no image, no region."""
    scene = axial_abdomen().scene.model_dump() | {
        "media": (), "regions": (), "anatomy": (), "view": View(frame="text"),
        "document": f"Report {number}: no lesion.",
    }  # fmt: skip
    text = said("This is a ", "computed tomography", " report.", "f5")
    return emitted(scene, number, Description.model_validate({"global": text, "made_by": MAKER}), facts=FACTS[4:])


def signal(number: int) -> tuple[Sample, NDArray[np.float32]]:
    scene = axial_abdomen().scene.model_dump() | {
        "media": (Media(name="png", kind="image", width=120, height=100, channels=1), Media(name="npy", kind="signal")),
        "regions": (), "anatomy": (), "view": View(frame="signal"),
    }  # fmt: skip
    text = said("This is a ", "computed tomography", " trace.", "f5")
    sample = emitted(scene, number, Description.model_validate({"global": text, "made_by": MAKER}), facts=FACTS[4:])
    return sample, np.linspace(-1, 1, 60, dtype=np.float32).reshape(20, 3) + number


def packed(sample: Sample, number: int, split: str) -> tuple[Sample, Members]:
    """The sample in a split, with pixels of its own: its number is written into the corner of the image."""
    view = axial_abdomen()
    sample = sample.model_copy(update={"split": split})
    if sample.document is not None:
        return pack(sample, None, {})
    image = view.image.copy()
    image[0, 0] = number
    if not sample.regions:
        return pack(sample, image, {}, signal(number)[1])
    return pack(sample, image, view.masks)


@dataclass
class Corpus:
    """Packed samples on their way into a folder; `change` them, then `write`."""

    samples: list[tuple[Sample, Members]]

    def write(self, folder: Path, plots: bool = False, layers: bool = False) -> Manifest:
        """Shards, manifest and what lies beside them."""
        groups = {sample.key: members for sample, members in self.samples}
        cutter: Cutter[str] = Cutter(RECIPE.shards)
        cuts = [
            cutter.add(sample.split, ",".join(sorted(members)), sample.key, sum(map(len, members.values())))
            for sample, members in sorted(self.samples, key=lambda packed: packed[0].key)
        ]
        whole = {(cut.split, cut.members, cut.number): cut for cut in [*filter(None, cuts), *cutter.rest()]}
        entries = []
        for at, name in names(whole).items():
            tars = [folder / tar for tar in tar_names(name, at[1], layers)]
            with ShardFiles(tars) as files:
                for key in whole[at].rows:
                    files.add(key, groups[key])
            for tar in tars:
                tar.with_name(f"{tar.name}{INDEX}").write_bytes(index_of(tar))
            entries.append(ShardEntry.of(files.infos, at[0], at[1]))
        made, counts = manifest(RECIPE, entries, self.counts()), self.counts()
        beside = {
            "README.md": datacard(made, counts, RECIPE, [CARD], shown=example(self.samples[0][0])).encode(),
            "croissant.json": croissant(made, counts, RECIPE, [CARD]).encode(),
            "LICENSES.md": licences_md(RECIPE.title, [CARD]).encode(),
        }
        drawn = draw(counts, RECIPE.title) if plots else {}
        beside |= {f"stats/{name}": content for name, content in {**statistics.files(counts), **drawn}.items()}
        made = summed(made, beside)
        for name, content in {**beside, "manifest.json": made.pretty().encode()}.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        return made

    def publish(self, folder: Path, layers: bool = False) -> Manifest:
        """The same with its plots, as `triptych publish` writes it."""
        return self.write(folder, True, layers)

    def counts(self) -> statistics.Stats:
        return statistics.count(sample for sample, _ in self.samples)

    def change(self, number: int, edit: Callable[[Sample], Sample]) -> None:
        """Edit the JSON of one packed sample and nothing else, so that JSON and pixels can be made to disagree."""
        sample, members = self.samples[number]
        sample = edit(sample)
        self.samples[number] = sample, {**members, "json": sample.to_json().encode()}


def corpus() -> Corpus:
    """Ten samples: eight pictures (six train in two shards, two validation), a document and a signal in test."""
    pictures = [packed(picture(n), n, "train" if n < 6 else "validation") for n in range(8)]
    return Corpus([*pictures, packed(document(8), 8, "test"), packed(signal(9)[0], 9, "test")])
