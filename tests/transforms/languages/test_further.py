"""Spanish questions of scans, curves, cut-outs, clips and several images: what English tells, with the same numbers."""

from collections.abc import Iterator

import pytest

import catalog
from schemas import Candidate, Dialogue, Provenance, Scene
from tests import spanish_reader
from tests.transforms.facts import test_attenuation as attenuation
from tests.transforms.facts import test_cutout as cutout
from tests.transforms.facts import test_ecg as ecg
from tests.transforms.languages.test_translate import published
from tests.transforms.tasks import test_changed as changed
from tests.transforms.tasks import test_sequence as sequence
from tests.transforms.tasks import test_which_most as which_most
from transforms.facts import measure_all
from transforms.groups.compose import describe
from transforms.languages import translate
from transforms.languages.check import problems
from transforms.tasks import ask_all

SPACE = catalog.labelspace()


def scenes() -> Iterator[tuple[str, Scene, dict[str, object]]]:
    """Of each family a scene that it asks of, and its masks."""
    scan = attenuation.ct()
    yield "attenuation", measure_all(scan, SPACE), dict(scan.solids)
    yield "ecg", measure_all(ecg.view(ecg.drawn()), SPACE), {}
    yield "patch", measure_all(cutout.view(cutout.blobs()), SPACE), {}
    yield "sequence", sequence.clip([(0, 0, 4), (1, 1, 2), (2, 2, 4)]), {}
    liver, polyp = which_most.LIVER, which_most.POLYP
    yield "which_most", which_most.cases([[(liver, 10)], [(liver, 30)], [(liver, 20)]]), {}
    yield "which_most", which_most.cases([[(polyp, 9)], [], [(polyp, 9), (polyp, 8)]], absent={1: polyp}), {}
    yield "which_most", which_most.cases([[(liver, 10)], [(liver, 30)], [(liver, 20)]], sides=(100,) * 3), {}
    yield "which_image", which_most.cases([[(liver, 10)], [(liver, 30)], [(polyp, 20)]], absent={2: liver}), {}
    yield "changed", changed.new(), {}


SCENES = list(scenes())


def asked(name: str, scene: Scene, masks: dict[str, object], seed: int) -> Candidate:
    fields = {one: getattr(scene, one) for one in Scene.model_fields}
    talks = ask_all(scene, SPACE, [name], seed, masks=masks)  # type: ignore[arg-type]
    assert talks
    return Candidate(**fields, description=describe(scene, (), SPACE, 5), dialogues=talks,
                     provenance=Provenance(sources=(), steps=()))  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("name", "scene", "masks"), SCENES, ids=[one[0] for one in SCENES])
def test_each_is_told_and_stands(name: str, scene: Scene, masks: dict[str, object], seed: int) -> None:
    sample = asked(name, scene, masks, seed)
    found = translate(sample, SPACE, "es", seed)
    assert [one.reason for one in found.untold if one.where.startswith("dialogues")] == []
    assert [one for one in problems(published(sample, found), SPACE) if "description" not in one] == []  # type: ignore[arg-type]
    for talk in found.dialogues:
        for line in (talk.turns[0].text.partition("\n")[0], talk.turns[1].text):
            assert spanish_reader.faults(line, SPACE) == [], line


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("ecg", "The number of QRS complexes found", "El número de complejos QRS hallados en este registro es de "),
        ("sequence", "The first image of this clip to show the grasper", "La primera imagen de esta secuencia con "),
        ("which_most", "Of these images, the area of the liver is largest in image 2.",
         "De estas imágenes, el área del hígado es mayor en la imagen 2."),
        ("changed", "Image 2 shows a pleural effusion within [30, 40, 70, 80], and image 1 shows none.",
         "La imagen 2 muestra un derrame pleural dentro de [30, 40, 70, 80], y la imagen 1 no."),
    ],
)  # fmt: skip
def test_by_hand(name: str, english: str, spanish: str) -> None:
    pairs: list[tuple[str, str]] = []
    for own, scene, masks in SCENES:
        for seed in range(8) if own == name else ():
            sample = asked(own, scene, masks, seed)
            talks: dict[str, Dialogue] = {talk.id: talk for talk in sample.dialogues}
            pairs += [(talks[one.id].turns[1].text, one.turns[1].text)
                      for one in translate(sample, SPACE, "es", seed).dialogues]  # fmt: skip
    told = [own for other, own in pairs if other.startswith(english)]
    assert told
    assert all(one.startswith(spanish) for one in told), told


def test_a_cut_out_stays_beside_its_question() -> None:
    sample = asked(*next(one for one in SCENES if one[0] == "patch"), seed=0)
    found = translate(sample, SPACE, "es", 0)
    assert [one.turns[0].crop for one in found.dialogues] == [one.turns[0].crop for one in sample.dialogues]
    assert found.dialogues[0].turns[0].crop is not None
