"""The source's own words as an answer: by section, from what was known before, beside an earlier study's report."""

import random

from schemas import Dialogue, Group, Media, Member, Scene, SourceText, View
from schemas.dialogue import TextMaker
from tests.scenes import CT
from tests.spaces import small_space
from transforms.checks.claims.samples import texts as asserted
from transforms.tasks import ask_all
from transforms.tasks.report_writing import ask_texts

SPACE = small_space()
MAKER = TextMaker(backend="source", revision="1", dataset="toy")


def said(kind: str, text: str, *media: str, left_out: int = 0, heading: str | None = None) -> SourceText:
    return SourceText.model_validate(
        {"kind": kind, "text": text, "level": "study", "checked": "uncheckable", "made_by": MAKER, "media": media,
         "left_out": left_out, "heading": heading}
    )  # fmt: skip


def scene(**fields: object) -> Scene:
    own = {
        "key": "toy",
        "dataset": "toy",
        "record": "r",
        "subject": "toy/1",
        "modality": CT,
        "view": View(frame="full"),
    }
    return Scene.model_validate({**own, **fields})


def study(images: int = 2) -> Scene:
    members = [Member(media=f"{n}.png", key=f"k{n}", record=f"r{n}", frame="full", prior=bool(n))
               for n in range(images)]  # fmt: skip
    group = Group(kind="study", whole=True, whole_prior=True, members=tuple(members))
    pictures = tuple(Media(name=f"{n}.png", kind="image", width=9, height=9) for n in range(images))
    return scene(view=View(frame="study"), media=pictures, group=group)


def asked(where: Scene, *texts: SourceText) -> list[tuple[str, str]]:
    found = ask_texts(where, texts, SPACE, random.Random(1))
    return [(draft.turns[0].text, draft.answer) for draft in found]


def test_sections_are_written_from_what_was_known_before() -> None:
    own = [said("indication", "Toy cough.", "0.png"), said("findings", "Toy lungs.", "0.png")]
    own += [said("report", "TOY HEADING", "0.png"), said("impression", "All toy.", "0.png")]
    before = [said("indication", "Old toy cough.", "1.png"), said("findings", "Old toy lungs.", "1.png")]
    found = asked(study(), *own, *before)
    assert [answer for _, answer in found] == ["Toy lungs.", "All toy."]  # a heading alone is no report
    for question, _ in found:
        assert question.startswith(
            "Indication: Toy cough.\n\nOf an earlier study: image 2.\n\nIts findings: Old toy lungs.\n\n"
        )
        assert "this study" in question.rpartition("\n")[2]


def test_of_an_image_that_is_one_of_a_study_it_is_said() -> None:
    ((question, answer),) = asked(scene(), said("report", "A toy report."))
    assert answer == "A toy report."
    assert "the study that this image is of" in question
    assert asked(scene(document="A toy report."), said("report", "A toy report.")) == []
    assert asked(scene(view=View(frame="axial:3")), said("caption", "A toy.")) == []
    assert asked(scene(), said("caption", "I'm sorry, I cannot help with that.")) == []


def test_what_is_left_of_a_report_is_not_asked_for_as_one() -> None:
    part = said("report", "CHEST (PA AND LAT)", heading="EXAMINATION")
    gone = said("findings", "", left_out=2)
    assert asked(scene(), part) == []
    assert asked(scene(), part, gone, said("impression", "", left_out=1)) == []
    assert asked(scene(), said("report", "FINAL REPORT")) == []
    assert asked(scene(), said("report", "Seen by a toy reader."), gone) == []
    assert asked(scene(), said("report", "Toy lungs.", left_out=1)) == []
    assert asked(scene(), said("findings", "Toy lungs.", left_out=1)) == []
    assert asked(scene(), said("report", "Toy lungs are clear.", heading="LUNGS")) == []
    ((_, answer),) = asked(scene(), part, said("report", "Toy chest.", heading="EXAM", left_out=1),
                            said("report", "Toy lungs.", heading="REPORT"))  # fmt: skip
    assert answer == "Toy lungs."


def test_the_earlier_report_is_told_by_its_sections_and_what_it_lacks() -> None:
    own = said("findings", "Toy lungs.", "0.png")
    before = [said("report", "FINAL REPORT", "1.png", "2.png"), said("findings", "Old.", "1.png"),
              said("impression", "All old.", "1.png", left_out=1)]  # fmt: skip
    ((question, _),) = asked(study(3), own, *before)
    assert question.split("\n\n")[:-1] == [
        "Of an earlier study: images 2 and 3.", "Its findings: Old.", "Its impression: All old.",
        "(1 sentence of its report is left out.)",
    ]  # fmt: skip
    ((question, _),) = asked(study(), own, said("findings", "", "1.png", left_out=2))
    assert "(2 sentences of its report are left out.)" in question
    ((question, _),) = asked(study(), own)
    assert "Its report is not at hand." in question


def test_nothing_of_it_is_taken_for_a_claim_of_ours() -> None:
    talks = ask_all(scene(), SPACE, ["report_writing"], 1, [said("report", "The toy spleen is enlarged.")])
    assert [isinstance(talk, Dialogue) and talk.theirs and not talk.published for talk in talks] == [True]
    assert list(asserted(None, talks)) == []
