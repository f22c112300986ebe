"""What is said of several images is read back by the check, and anything else of the kind is refused."""

from typing import Any

import pytest

import catalog
from schemas import Concept, Fact, Group, Media, Member, Presence, Scene, Text, View
from tests.scenes import CT, LESION, LIVER
from transforms.checks.claims import check_text
from transforms.groups import across
from transforms.groups.apart import only, pooled
from transforms.groups.compose import describe
from transforms.groups.wording import written
from transforms.tasks import ask_all
from transforms.text.line import Line

A, B, C = "0.png", "1.png", "2.png"
SPACE = catalog.labelspace()


def fact(number: str, predicate: str, media: str, **more: Any) -> Fact:
    return Fact(id=number, predicate=predicate, media=(media,), **{"value": True, **more})


STATED: dict[str, Any] = {"name": "visual acuity", "level": "eye", "source": "toy", "scope": "record"}
OWN = (
    *(fact(f"f{n}", "present", media, concept=LIVER) for n, media in enumerate((A, B, C), 1)),
    fact("f4", "absent", A, concept=LESION),
    fact("f5", "present", B, concept=LESION),
    fact("f6", "absent", C, concept=LESION),
    fact("f7", "score", A, value=70, **STATED),
    fact("f8", "score", B, value=75, **STATED),
)


def group(*facts: Fact, kind: str = "visits") -> Scene:
    members = tuple(Member(media=name, visit=n + 1, days=(0, 1, 40)[n], frame="full", record=f"r{n}", key=f"k{n}")
                    for n, name in enumerate((A, B, C)))  # fmt: skip
    made = Group.model_validate({"kind": kind, "whole": True, "timed": kind == "visits", "members": members})
    media = tuple(Media(name=name, kind="image", width=9, height=9) for name in (A, B, C))
    scene = Scene(key="toy-1", dataset="toy", record="r0", subject="toy/1", modality=CT, view=View(frame=kind),
                  media=media, facts=facts, group=made)  # fmt: skip
    drafts = enumerate(across.measure(scene), len(facts) + 1)
    return scene.model_copy(update={"facts": (*facts, *(draft.fact(n) for n, draft in drafts))})


def told(scene: Scene) -> list[tuple[Fact, str]]:
    found = ((fact, written(fact, scene, SPACE)) for fact in scene.facts)
    return [(fact, said.text) for fact, said in found if said is not None]


def verdicts(text: str, scene: Scene, *facts: Fact) -> set[str]:
    line = Line().sentence(Line().claim(text, *facts)).done() if facts else Text(text=f"{text}.")
    return {one.verdict for one in check_text(line, scene, SPACE)}


def test_each_fact_has_its_sentence() -> None:
    assert [text for _, text in told(group(*OWN))] == [
        "these are 3 images of one person, each from a different visit, in order of time",
        "image 2 was taken 1 day after image 1",
        "the visual acuity was reported as 70 for image 1 and as 75 for image 2",
        "image 2 shows a lesion and image 1 does not",
        "image 3 was taken 39 days after image 2",
        "image 2 shows a lesion and image 3 does not",
        "each of these images shows the liver",
        "of these images, image 2 alone shows a lesion",
    ]


def test_the_check_reads_back_what_was_written_and_nothing_else() -> None:
    scene = group(*OWN)
    for fact, text in told(scene):
        assert verdicts(text, scene, fact) == {"supported"}, text
        other = next(one for one, _ in told(scene) if one.predicate != fact.predicate)
        assert verdicts(text, scene, other) != {"supported"}, text


@pytest.mark.parametrize(
    "text",
    [
        "these are 4 images of one person, each from a different visit, in order of time",
        "image 2 was taken 2 days after image 1", "image 3 was taken 1 day after image 1",
        "the visual acuity was reported as 70 for image 1 and as 76 for image 2",
        "image 1 shows a lesion and image 2 does not", "image 2 shows the liver and image 1 does not",
        "each of these images shows a lesion", "none of these images shows a lesion",
        "of these images, image 1 alone shows a lesion", "of these images, image 1 and image 2 show a lesion",
        "the volume of a lesion in image 2 is 2 times that in image 1",
    ],
)  # fmt: skip
def test_what_is_not_so_is_not_supported(text: str) -> None:
    assert "supported" not in verdicts(text, group(*OWN))


def test_nothing_is_new_where_the_earlier_was_not_examined() -> None:
    seen = (OWN[4], fact("f1", "present", A, concept=LIVER), fact("f2", "present", B, concept=LIVER))
    assert {one.predicate for one in across.measure(group(*seen))} == {"images", "days_after"}


def test_parts_of_a_stack_are_not_compared() -> None:
    scene = group(*OWN)
    assert scene.group is not None
    members = tuple(member.model_copy(update={"part": True}) for member in scene.group.members)
    parts = scene.model_copy(update={"group": scene.group.model_copy(update={"members": members})})
    assert {one.predicate for one in across.measure(parts)} == {"images", "days_after", "reported_change", "shown_in"}


def test_a_study_is_of_one_moment() -> None:
    found = {one.predicate for one in across.measure(group(*OWN, kind="study"))}
    assert found == {"images", "shown_in"}


def test_apart_each_medium_says_its_own_and_together_only_what_holds_of_all() -> None:
    scene = group(*OWN)
    part = only(scene, B)
    assert {one.id for one in part.facts} == {"f2", "f5", "f8"}
    assert (part.record, part.view.frame, [media.name for media in part.media]) == ("r1", "full", [B])
    assert {one.id for one in pooled(scene).facts} == {"f1", "f2", "f3", "f5"}  # a lesion is not absent from all
    none = [one for one in OWN if one.id != "f5"] + [fact("f5", "absent", B, concept=LESION)]
    assert {"f4", "f5", "f6"} <= {one.id for one in pooled(group(*none)).facts}


def said(concept: Concept, *states: str, level: str = "study") -> tuple[Presence, ...]:
    own = zip((A, B, C), states, strict=False)
    return tuple(Presence.model_validate({"concept": concept, "state": state, "level": level, "media": name})
                 for name, state in own)  # fmt: skip


def of_all(scene: Scene, *presence: Presence) -> dict[str, tuple[str, str | None]]:
    """Concept -> what the source says of all that the group shows, and of what."""
    found = across.measure(scene.model_copy(update={"presence": presence}))
    return {one.concept.label: (str(one.value), one.level) for one in found
            if one.predicate == "said_of" and one.concept}  # fmt: skip


def test_what_is_said_of_a_study_is_of_all_its_images_and_of_none_alone() -> None:
    scene = group(*(one.model_copy(update={"level": "study"}) for one in OWN[3:6]), kind="study")
    assert {one.predicate for one in across.measure(scene)} == {"images"}
    assert of_all(scene, *said(LESION, "present", "present", "present")) == {"lesion": ("present", "study")}
    assert of_all(scene, *said(LESION, "absent", "absent", "absent")) == {"lesion": ("absent", "study")}
    assert of_all(scene, *said(LIVER, "present", level="patient")) == {"liver": ("present", "patient")}
    for states in (("absent", "absent"), ("present", "absent", "absent"), ("uncertain", "present", "present")):
        assert of_all(scene, *said(LESION, *states)) == {}
    assert of_all(scene, *said(LESION, "present", "present", "present", level="breast")) == {}
    assert scene.group is not None
    part = scene.model_copy(update={"group": scene.group.model_copy(update={"whole": False})})
    assert of_all(part, *said(LESION, "present", "present", "present")) == {}


def test_what_is_said_of_a_study_is_written_and_read_back() -> None:
    scene = group(kind="study")
    presence = (*said(LESION, "present", "present", "present"), *said(LIVER, "absent", "absent", "absent"))
    scene = scene.model_copy(update={"presence": presence})
    scene = scene.model_copy(update={"facts": tuple(d.fact(n) for n, d in enumerate(across.measure(scene), 1))})
    assert [text for fact, text in told(scene) if fact.predicate == "said_of"] == [
        "as the source says of this study, a lesion is present",
        "as the source says of this study, no liver is present",
    ]
    for fact, text in told(scene):
        assert verdicts(text, scene, fact) == {"supported"}
    assert verdicts("as the source says of this study, no lesion is present", scene) != {"supported"}
    assert verdicts("as the source says of this patient, a lesion is present", scene) != {"supported"}
    asked = {d.turns[0].text: d.answer for d in ask_all(scene, SPACE, ["whole_study"], 1)}
    assert asked == {"Is a lesion present in this study?": "yes", "Is the liver present in this study?": "no"}
    answers = [dialogue.turns[-1] for dialogue in ask_all(scene, SPACE, ["whole_study"], 1)]
    assert "No, as the source says of this study, no liver is present." in {one.text for one in answers}
    assert {one.verdict for answer in answers for one in check_text(answer, scene, SPACE)} == {"supported"}


def test_things_that_the_same_images_show_share_a_sentence_and_keep_each_its_fact() -> None:
    names = ("aorta", "liver", "portal_and_splenic_vein")
    rows = [("absent" if (slug, name) == ("liver", B) else "present", name, SPACE.concept(slug))
            for name in (A, B, C) for slug in (*names, "spleen")]  # fmt: skip
    rows += [("absent", name, SPACE.concept(slug)) for name in (A, B, C) for slug in ("pneumonia", "lesion")]
    scene = group(
        *(fact(f"f{n}", said, name, concept=one) for n, (said, name, one) in enumerate(rows, 1)), kind="study"
    )
    assert scene.group is not None
    roles = zip(scene.group.members, ("t1", "t2", "flair"), strict=True)
    members = (*(one.model_copy(update={"role": role}) for one, role in roles), Member(media=None, role="t1ce"))
    scene = scene.model_copy(update={"group": scene.group.model_copy(update={"members": members})})
    found = describe(scene, (), SPACE, 1).overall
    assert found.text == (
        "These are 3 images of one study: t1, t2 and flair, without t1ce. Of these images, image 1 and image 3 show "
        "the liver. Each of these images shows the aorta and the spleen. Each of these images shows the portal "
        "vein and splenic vein. None of these images shows pneumonia or a lesion."
    )
    assert {one.verdict for one in check_text(found, scene, SPACE)} == {"supported"}
    assert {scene.facts[int(claim.fact[1:]) - 1].concept for claim in found.claims if claim.fact != "f19"} == {
        SPACE.concept(slug) for slug in (*names, "spleen", "pneumonia", "lesion")
    }
    shifted = found.model_copy(update={"text": found.text.replace("the spleen", "a cancer.")})
    assert "supported" not in {one.verdict for one in check_text(shifted, scene, SPACE) if "cancer" in one.text}


def test_slices_of_several_scans_are_told_by_what_these_are() -> None:
    scene = group(*(fact(f"f{n}", "modality", media, value=kind) for n, (media, kind) in
                    enumerate(((A, "CT"), (B, "PET"), (C, "CT")), 1)), kind="study")  # fmt: skip
    assert scene.group is not None
    members = tuple(one.model_copy(update={"frame": "axial:3"}) for one in scene.group.members)
    cut = scene.model_copy(update={"group": scene.group.model_copy(update={"members": members})})
    first = "these are 3 images of one study: "
    assert told(cut)[0][1] == f"{first}CT (axial slice 3), PET (axial slice 3) and CT (axial slice 3)"
    alike = cut.model_copy(update={"facts": tuple(one for one in cut.facts if one.predicate != "modality")})
    assert told(alike)[0][1] == f"{first}axial slices of 3 scans"


def test_slices_are_told_by_their_numbers_and_modalities_by_their_names() -> None:
    scene = group(kind="series")
    assert scene.group is not None
    members = tuple(one.model_copy(update={"frame": f"axial:{n}"}) for n, one in enumerate(scene.group.members, 4))
    cut = scene.model_copy(update={"group": scene.group.model_copy(update={"members": members})})
    assert told(cut)[0][1] == "these are 3 images of one series, in their order: axial slices 4, 5 and 6"
    kinds = [
        fact(f"f{n}", "modality", name, value=what) for n, (name, what) in enumerate(((A, "CT"), (B, "PET"), (C, "CT")))
    ]
    assert told(group(*kinds, kind="study"))[0][1] == "these are 3 images of one study: CT, PET and CT"


def test_what_each_of_two_studies_lacks_is_said_and_read_back() -> None:
    own, old = (Member(media=name, frame="full", record=name, key=name, prior=name == B) for name in (A, B))
    none, report = Member(media=None, prior=True), Member(media=None, role="report", prior=True)
    for members, said in (
        ((own, old, report), "image 2 of an earlier study than the others: the earlier study without report"),
        ((own, old.model_copy(update={"prior": False}), none), "of one study, and no earlier study is at hand"),
        ((own, old.model_copy(update={"prior": False}), report.model_copy(update={"prior": False}), none),
         "of one study, without report, and no earlier study is at hand"),
    ):  # fmt: skip
        scene = group(*OWN[:2], kind="study")
        media = scene.media[:2]
        scene = scene.model_copy(update={"group": Group(kind="study", whole=True, members=members), "media": media})
        scene = scene.model_copy(update={"facts": tuple(one for one in scene.facts if C not in one.media)})
        images = Fact(id="f99", predicate="images", media=(A, B), value=2)
        text = written(images, scene.model_copy(update={"facts": (*scene.facts, images)}), SPACE)
        assert text is not None
        assert text.text.endswith(said)
        whole = scene.model_copy(update={"facts": (*OWN[:2], images)})
        assert verdicts(text.text, whole, images) == {"supported"}
