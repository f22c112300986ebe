"""A model card: how a trained segmenter is called, and what its values stand for. One YAML a model."""

from itertools import product
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt, field_validator, model_validator

from schemas.base import Model
from schemas.card import Slug

ORIENTATIONS = frozenset(
    "".join(letters)
    for letters in product("LRAPSI", repeat=3)
    if [sum(one in pair for one in letters) for pair in ("LR", "AP", "SI")] == [1, 1, 1]
)
"""The 48 ways in which three axes may run; a letter names where an axis grows to, as in NIfTI."""


class ModelInput(Model):
    """What a network is given.

    `unit`: that of the pixels, such as HU; others are refused. `channels`: 3 takes colours, of a grey picture thrice
    the same. `orientation`: where the axes of a volume grow to (RAS: right, front, head). `spacing_mm` or `size`: the
    grid is resampled to these steps, or stretched to so many voxels; neither leaves it as it is. Values are cut to
    `clip`, or to these percentiles of theirs, and then: `minmax` brings them to 0..1 (from `clip` where it is given),
    `zscore` to mean 0 and deviation 1, `mean_std` subtracts `mean` and divides by `std`, one for each channel.
    `patch`: what the network takes at once; of two sides on a volume: its slices along the third axis. Tiles lie over
    each other by the share `overlap`.
    """

    unit: str | None = None
    channels: Literal[1, 3] = 1
    orientation: str | None = None
    spacing_mm: tuple[PositiveFloat, ...] | None = None
    size: tuple[PositiveInt, ...] | None = None
    clip: tuple[float, float] | None = None
    clip_percentiles: tuple[float, float] | None = None
    normalise: Literal["none", "minmax", "zscore", "mean_std"] = "none"
    mean: tuple[float, ...] = ()
    std: tuple[PositiveFloat, ...] = ()
    patch: Annotated[tuple[PositiveInt, ...], Field(min_length=2, max_length=3)] | None = None
    overlap: float = Field(0.5, ge=0, lt=1)

    @model_validator(mode="after")
    def _whole(self) -> "ModelInput":
        if self.orientation is not None and self.orientation not in ORIENTATIONS:
            raise ValueError(f"orientation {self.orientation!r}: give where the three axes grow to, such as RAS")
        if self.spacing_mm and self.size:
            raise ValueError("spacing_mm and size: give one of the two, or neither")
        if self.clip and self.clip_percentiles:
            raise ValueError("clip and clip_percentiles: give one of the two, or neither")
        for name, pair in (("clip", self.clip), ("clip_percentiles", self.clip_percentiles)):
            if pair and pair[0] >= pair[1]:
                raise ValueError(f"{name}: the first must be below the second")
        given = {len(self.mean), len(self.std)}
        if self.normalise == "mean_std" and given != {self.channels}:
            raise ValueError(f"mean_std needs mean and std, {self.channels} of each")
        if self.normalise != "mean_std" and given != {0}:
            raise ValueError("mean and std go with normalise: mean_std")
        return self


class ModelOutput(Model):
    """`labels`: a channel, a value of a label map, or a name that the model's own package gives it -> a concept's slug;
    what is not named is not used. `activation` of channels: `softmax`: the largest wins, channel 0 being the ground;
    `sigmoid`: each for itself; `none`: they are probabilities already, each for itself. `threshold`: of a probability,
    or of a detector's score. `instances`: pieces that do not touch are things of their own."""

    labels: dict[int | str, Slug] = {}
    activation: Literal["softmax", "sigmoid", "none"] = "softmax"
    threshold: float = Field(0.5, gt=0, lt=1)
    instances: bool = False

    @field_validator("labels", mode="before")
    @classmethod
    def _numbers(cls, given: Any) -> Any:
        """JSON writes every key as a string."""
        return {int(k) if str(k).isdigit() else k: v for k, v in given.items()} if isinstance(given, dict) else given


class ModelCard(Model):
    """A declared segmenter; a recipe names it as its file is called.

    `adapter`: the file of `transforms/regions/adapters/` that runs it. `weights`: a file or a folder, from the card's
    own folder. `sha256`: of the file, or of a folder as `triptych experts --json` tells it; where it is given, other
    weights are refused. `modality`: codes of what it may be run on (CT, MR, SM ...). `anatomy`: slugs; only records
    that show one of these. `flips`: axes (of `input.orientation`, else of the array) along which a mirrored picture is
    still one that the model should know, for its reliability. `gpus`: the share of a device that one process takes,
    `memory_gb`: of main memory. `options`: what the adapter takes beside.
    """

    adapter: Slug
    weights: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    licence: str
    note: str
    modality: tuple[str, ...] = Field(min_length=1)
    anatomy: tuple[Slug, ...] = ()
    input: ModelInput = ModelInput()
    output: ModelOutput = ModelOutput()
    flips: tuple[Literal[0, 1, 2], ...] = ()
    gpus: float = Field(0.0, ge=0)
    memory_gb: PositiveFloat | None = None
    options: dict[str, Any] = {}
