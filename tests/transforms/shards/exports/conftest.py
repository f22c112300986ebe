"""A small published corpus whose pictures are asked for places, with a wrong answer beside one; texts; a signal."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.exporting import export
from schemas import Dialogue, ItemCheck, MadeBy, Presence, Sample, Turn
from schemas.dialogue import Rejected
from tests.corpora import MAKER, corpus
from tests.scenes import LIVER
from transforms.shards.exports._job import Job

PLACES = Dialogue(
    id="d2", task="grounding", answer="[90, 50, 100, 70]", regions=("r3",), made_by=MAKER,
    check=ItemCheck(kind="iou", box=(90, 50, 100, 70), at_least=0.5),
    turns=(Turn(role="user", text="Give the box of the left kidney as [x0, y0, x1, y1] in pixels of the image."),
           Turn(role="assistant", text="The left kidney lies within [90, 50, 100, 70].")),
    rejected=Rejected(text="It lies within [1, 2, 3, 4].", answer="[1, 2, 3, 4]", fact="f1", error="site",
                      weight="minor"),
)  # fmt: skip
CLOSER = Dialogue(
    id="d3", task="look_again", answer="yes", made_by=MAKER,
    turns=(Turn(role="user", text="Is the left kidney here?"),
           Turn(role="assistant", text="Show me [90, 50, 100, 70]."),
           Turn(role="user", text="Here it is.", crop=(90, 50, 100, 70)), Turn(role="assistant", text="Yes.")),
)  # fmt: skip


def asked(sample: Sample) -> Sample:
    """With places asked for, the lesion drawn by a rule, and a concept that is absent."""
    regions = tuple(
        one.model_copy(update={"made_by": MadeBy(kind="rule", name="threshold")}) if one.id == "r2" else one
        for one in sample.regions
    )
    absent = Presence(concept=LIVER.model_copy(update={"label": "gallstone", "code": "235919008"}), state="absent")
    more = {"dialogues": (*sample.dialogues, PLACES, CLOSER), "regions": regions, "presence": (absent,)}
    return sample.model_copy(update=more)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight pictures of 120 x 100 pixels (six train, two validation), a document and a signal (test)."""
    folder, made = tmp_path_factory.mktemp("published"), corpus()
    for number in range(8):
        made.change(number, asked)
    made.publish(folder)
    return folder


@pytest.fixture
def exported(published: Path, tmp_path: Path) -> Callable[..., Job]:
    """Export into a folder of the test's own; its job says where, what was written and what was left out."""
    return lambda to, **more: export(published, to, tmp_path / "out", **more)
