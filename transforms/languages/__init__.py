"""What a sample says, in another language: realised from the same facts, never translated from English words.

An English sentence tells which facts a sentence of the other language is made of; names of concepts are data
(catalog/names), and so are wordings (es/*.rules.yaml). What has no name or no wording there is not told, and booked
as `untold`. Reasoning steps stay in English: their operations and results need no language.
"""

from pathlib import Path

from schemas import Candidate, LabelSpace, Language, MediaText, RegionText, Translation, Untold, content_key
from schemas.dialogue import TextMaker
from transforms.groups.apart import only
from transforms.languages.converse import told
from transforms.languages.describe import Describer
from transforms.languages.spanish import UntellableError
from transforms.languages.speaker import Speaker

VERSION = "1"
BACKEND = "languages"


def version(space: LabelSpace, language: Language) -> str:
    """A key of what decides the words of a language: this code, its wordings, and its names of concepts."""
    files = [path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / language).glob("*.yaml"))]
    names = {slug: name.model_dump() for slug, name in space.names.get(language, {}).items()}
    return content_key(VERSION, language, files, names)


def translate(sample: Candidate, space: LabelSpace, language: Language, seed: int) -> Translation:
    """The description and dialogues of a sample in a language; same arguments, same text. Raises KeyError for a concept
    that the label space lacks."""
    described = sample.description
    speaker = Speaker(sample, space, seed, described.register_ or "report")
    writer = Describer(speaker)
    regions = []
    overall = writer.write("description.global", described.overall.text, described.overall.claims).done()
    for one in described.regions:
        text = writer.write(f"description.regions.{one.region}", one.text, one.claims, of=one.region).done()
        regions.append(RegionText(region=one.region, text=text.text, claims=text.claims))
    relations = [
        writer.write(f"description.relations.{n}", one.text, one.claims, of="").done()
        for n, one in enumerate(described.relations)
    ]
    media = []
    for each in described.media:  # of a group: told as of the sample that shows it alone
        alone = Describer(Speaker(only(sample, each.media), space, seed, speaker.register), writer.untold)
        text = alone.write(f"description.media.{each.media}", each.text, each.claims).done()
        media.append(MediaText(media=each.media, text=text.text, claims=text.claims))
    dialogues = []
    for dialogue in sample.dialogues:
        try:
            dialogues.append(told(speaker, dialogue))
        except UntellableError as error:
            writer.untold.append(Untold(where=f"dialogues.{dialogue.id}", reason=str(error)))
    return Translation(
        language=language, overall=overall if overall.text else None,
        regions=tuple(one for one in regions if one.text), relations=tuple(one for one in relations if one.text),
        media=tuple(one for one in media if one.text), dialogues=tuple(dialogues), untold=tuple(writer.untold),
        made_by=TextMaker(backend=BACKEND, revision=VERSION, seed=seed),
    )  # fmt: skip
