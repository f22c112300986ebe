"""A recipe: one corpus, declared."""

from typing import Any, Literal

from pydantic import Field, PositiveInt, StrictBool, model_validator

from schemas.base import Model
from schemas.card import Slug
from schemas.language_model import ModelSpec
from schemas.sample import Altered
from schemas.text import Language, Register


class Use(Model):
    """What the corpus is for. Each source's terms must allow all of it, at plan time and again at publish."""

    commercial: bool = False
    redistribute: bool = True
    accept_unknown: bool = False


class ViewSpec(Model):
    """How records become views. `planes`: plane -> how many slices, spread over those that show regions.

    `at_regions`: slices through every region of these concept slugs are taken first, `per_region` of them.
    `window`: (low, high); None takes the record's own. `frames`: of a clip. `tile`: pixels, of a large image.
    `groups`: what also leaves as one sample, beside those views: each `volume` as KEY.nii.gz, of at most `max_voxels`;
    each `clip` as `frames` of its frames in order (8 where it is not given), those that show regions first; and of at
    most `most` images, a `study`, a `series` or the `visits` of a person; and `cases`, one image each of up to four
    subjects of a data set, who then stay in one split. `prior`: a study with the one before it,
    where the card tells the order of visits.
    `counterfactual`: of at most `most_altered` views of a record also a copy with one region blanked (`blanked`), that
    region alone (`alone`) or nothing at all (`blank`), whose questions say what can no longer be seen.
    `singles: false` leaves out the slices and frames of what leaves whole.
    """

    planes: dict[Literal["axial", "coronal", "sagittal"], PositiveInt] = {}
    at_regions: tuple[str, ...] = ()
    per_region: PositiveInt = 3
    window: tuple[float, float] | None = None
    frames: PositiveInt | None = None
    tile: PositiveInt | None = None
    groups: tuple[Literal["volume", "clip", "study", "series", "visits", "cases"], ...] = ()
    most: int = Field(8, ge=2)
    prior: bool = False
    max_voxels: PositiveInt = 4 * 256**3
    counterfactual: tuple[Altered, ...] = ()
    most_altered: PositiveInt = 2
    singles: bool = True

    @model_validator(mode="after")
    def _of_studies(self) -> "ViewSpec":
        if self.prior and "study" not in self.groups:
            raise ValueError("prior is of studies: add study to groups, or leave prior out")
        return self


class SourceSpec(Model):
    """`experts`: segmenters that are asked, by the name of a file of `transforms/regions/experts/` or of a card in the
    folder of models. `min_reliability`: what a trained model found is left out where it agrees less with itself."""

    dataset: Slug
    views: ViewSpec = ViewSpec()
    experts: tuple[str, ...] = ()
    min_reliability: float = Field(0.8, ge=0, le=1)
    limit: PositiveInt | None = None


class TextSpec(Model):
    """`model`: a language model that does `jobs` (files of transforms/text/jobs/) on what was written from facts, and
    may spend `tokens` in all, of questions and answers together: there the run stops, and goes on when more are given.
    `passages`: so many definitions of what is shown at the most, for the jobs that draw on them; `neighbours`: so many
    texts of pictures that look alike, from the training split of the corpus that `triptych neighbours` was told.
    `registers`: whom the texts speak to, one of these a scene, chosen by the seed; what stands there twice comes
    twice as often. `languages`: those that samples are told in beside English. `required`: predicates of facts that
    each text must say (volume, absent ...): our own says them, another that does not is refused. `unchecked`: what is
    dropped where an assertion is not borne out, the sentence or the text."""

    backend: str = "grounded"
    registers: tuple[Register, ...] = Field(("report", "caption", "instruction", "patient"), min_length=1)
    languages: tuple[Language, ...] = ()
    required: tuple[Slug, ...] = ()
    unchecked: Literal["sentence", "text"] = "sentence"
    params: dict[str, Any] = {}
    model: ModelSpec | None = None
    jobs: tuple[Slug, ...] = ()
    tokens: PositiveInt | None = None
    passages: int = Field(0, ge=0, le=32)
    neighbours: int = Field(0, ge=0, le=8)

    @model_validator(mode="after")
    def _of_a_model(self) -> "TextSpec":
        given = (self.model is not None, bool(self.jobs), self.tokens is not None)
        if any(given) and not all(given):
            raise ValueError("a model needs jobs and a budget of tokens: give model, jobs and tokens, or none of them")
        return self


class QuestionSpec(Model):
    """Which of the questions leave. `balance`: answers are balanced, so that none can be guessed from its words, at
    most `trivial_share` of the questions ask for modality, plane or part of the body, and no family has more than
    `most_of_task` of them; else all leave that were asked."""

    balance: StrictBool = True
    trivial_share: float = Field(0.1, ge=0, le=1)
    most_of_task: float = Field(1, gt=0, le=1)


class MixSpec(Model):
    """Which samples leave, so that none drown the others; by default all do. Nothing is repeated. `samples`: how many
    in all; `weights`: data set -> how much of it is wanted beside the others (1 where it is not named, 0 for nothing);
    `temperature`: a data set of n samples counts n^(1/temperature): 1 as many as it has, larger is evener; `cap`: the
    most of one data set. `most_of_modality`, `most_of_anatomy`: the largest share of samples of one modality, or of one
    part of the body. Without `samples`, weights and temperature hold until the first source is used up."""

    samples: PositiveInt | None = None
    weights: dict[Slug, float] = {}
    temperature: float = Field(1, ge=1)
    cap: PositiveInt | None = None
    most_of_modality: float = Field(1, gt=0, le=1)
    most_of_anatomy: float = Field(1, gt=0, le=1)

    @model_validator(mode="after")
    def _not_negative(self) -> "MixSpec":
        if wrong := [name for name, weight in self.weights.items() if weight < 0]:
            raise ValueError(f"the weight of {wrong[0]} is negative: give 0 or more")
        return self


class Deduplicate(Model):
    """`texts`: of samples of different people whose sources say the same, one leaves: they name the same concepts, with
    the same denials, sides and numbers, and have at least this share of their runs of three words in common (1: all).
    Captions, reports and documents of 12 words and more; pictures may differ. None: this is not looked for. `meaning`:
    likewise by what they mean: the cosine of all-MiniLM-L6-v2's vectors of two (`triptych get knowledge` fetches it).
    `looks`: of pictures of different people that a model of pictures makes nearly the same vectors of (cosine), and of
    which the source says the same, one leaves; where it says something else, both do, and the run names them.
    `questions`: of a source's questions of one picture that ask the same and have one answer, the first is asked."""

    texts: float | None = Field(None, ge=0.5, le=1)
    meaning: float | None = Field(None, ge=0.8, le=1)
    looks: float | None = Field(None, ge=0.8, le=1)
    questions: StrictBool = False


class PrivacySpec(Model):
    """`addresses`: how names of files, folders and people leave. `source`: as published, which is what lets others find
    the same file; `pseudonymous`: as keyed pseudonyms, every part; `detect`: as published but for the parts that name a
    person, and all of a set that is nobody's to have (its card's `access` is closed or unknown)."""

    addresses: Literal["detect", "pseudonymous", "source"] = "detect"


class ShardSpec(Model):
    """`grow`: what becomes of the shards of the corpus that stands when the next one is published. `rebuild` packs all
    anew: the same input gives the same bytes, whatever stood before. `append` leaves samples in their shards, splits
    and questions as they are and puts new ones into further shards: the corpus before is then an input too. `layers`:
    each shard is two tars with the same keys in the same order, pixels in one, JSON and text in the other, so that
    other words leave the bytes of the pixels as they are."""

    grow: Literal["rebuild", "append"] = "rebuild"
    layers: StrictBool = False
    max_samples: PositiveInt = 128
    max_bytes: PositiveInt = 256 * 1024 * 1024


class HeldOut(Model):
    """People who are kept for the test split: those of whom a record has one of the values that are listed, and where
    several things are asked (a device at a site), one of each."""

    site: tuple[str, ...] = ()
    sex: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    dataset: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _of_something(self) -> "HeldOut":
        if not self.wanted:
            raise ValueError("names nobody: give site, sex, device or dataset, each with a list of values")
        return self

    @property
    def wanted(self) -> dict[str, tuple[str, ...]]:
        """What is asked -> the values that are held out."""
        return {name: values for name, values in self.model_dump().items() if values}


SHARES = ("train", "validation", "test")


class Splits(Model):
    """Shares of the subjects, not of the samples: a subject is never in two splits. A share that is not given takes of
    what the given ones leave as much as its default says ({train: 1}: all; {train: 0.9}: 0.05 each for the others).
    Shares that come to less than 1 are those of each other (0.8, 0.1 and 0: 8 to 1); more than 1 is refused.
    `held_out`: who is kept for test whatever the shares and a source's own split say, all of a person; whoever fits one
    of the entries. `copies`: whether rewritten copies of pictures and volumes are looked for (mirrored, cropped,
    resized, converted), so that those of whom they are stay in one split too; equal pixels are found in any case."""

    train: float = Field(0.8, ge=0, le=1)
    validation: float = Field(0.1, ge=0, le=1)
    test: float = Field(0.1, ge=0, le=1)
    held_out: tuple[HeldOut, ...] = ()
    copies: bool = False

    @model_validator(mode="before")
    @classmethod
    def _what_is_left(cls, data: Any) -> Any:
        defaults = {name: float(cls.model_fields[name].default) for name in SHARES}
        if not isinstance(data, dict) or not (given := [data[name] for name in defaults if name in data]):
            return data
        if not all(isinstance(share, int | float) for share in given):
            return data  # pydantic says what is wrong with it
        missing = {name: share for name, share in defaults.items() if name not in data}
        left = max(0.0, 1 - sum(given)) / (sum(missing.values()) or 1)
        return data | {name: round(share * left, 9) for name, share in missing.items()}

    @model_validator(mode="after")
    def _of_one(self) -> "Splits":
        shares = {name: getattr(self, name) for name in SHARES}
        if (total := sum(shares.values())) > 1 + 1e-6:
            told = ", ".join(f"{name} {share:g}" for name, share in shares.items())
            raise ValueError(f"{told} come to {total:g}: lower them to 1 in all")
        return self


Form = Literal[
    "image", "volume", "clip", "signal", "document", "mask", "box", "box3d", "point", "line", "span", "caption",
    "region_text", "relation_text", "source_text", "source_question", "stated", "study", "series", "visits", "cases",
    "prior", "report", "grounded_sentence", "choices", "steps", "slips", "crops", "rejected", "counterfactual",
    "translation", "model_text",
]  # fmt: skip
"""What a sample may hold beside questions of a family: media; regions by how they are drawn; texts (`caption`: of the
whole; `source_text`, `source_question`: the data set's own; `report`: one by its sections; `grounded_sentence`: one of
theirs with its regions); `stated`: what the source says beside the picture; groups, `prior`: a study with the one
before it; `choices` and reasoning `steps` of its questions, `slips` (steps that are wrong, and mended), `crops` (parts
of the image that are looked at again), `rejected` answers; `counterfactual`: its picture was altered; `translation`: it
is also told in another language; `model_text`: a language model wrote one of its texts."""


class Covers(Model):
    """The published systems whose kind of samples a recipe makes.

    `system`: their names, as their authors write them. `families`: task families of which samples hold questions, all
    of them among the recipe's `tasks`. `forms`: what else samples hold. `lacking`: what theirs have and these have not
    -> why: a large model, data that is not at hand, a part that is not written.
    """

    system: str
    families: tuple[Slug, ...] = ()
    forms: tuple[Form, ...] = Field(min_length=1)
    lacking: dict[str, str] = {}


class Recipe(Model):
    """`covers`: what a recipe of recipes/ is a stand-in for; a corpus of one's own has none.

    `on_shared_subjects`: what to do about sources that hold some of the same people under different names, so that
    no split by name could keep a person on one side: refuse the recipe, drop the later source, or put all of both into
    one split.

    `deface`: volumes of heads and photographs of people whose card does not say that faces were removed are left out.
    """

    name: Slug
    version: str
    title: str
    summary: str
    seed: int
    use: Use = Use()
    on_shared_subjects: Literal["refuse", "drop", "same-split"] = "refuse"
    deface: Literal["required"] | None = None
    sources: tuple[SourceSpec, ...]
    tasks: tuple[str, ...]
    text: TextSpec = TextSpec()
    questions: QuestionSpec = QuestionSpec()
    mix: MixSpec = MixSpec()
    deduplicate: Deduplicate = Deduplicate()
    splits: Splits = Splits()
    shards: ShardSpec = ShardSpec()
    privacy: PrivacySpec = PrivacySpec()
    covers: Covers | None = None
