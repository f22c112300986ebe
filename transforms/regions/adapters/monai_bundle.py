"""A MONAI bundle: a folder with configs/metadata.json, configs/inference.json (or .yaml) and models/model.pt or .ts.

The bundle's `network_def` is made, with the code that it names, and its weights loaded; what comes before and after is
the card's `input` and `output`, held against metadata.json. Format: https://docs.monai.io/en/stable/mb_specification.html
"""

import json
from pathlib import Path
from typing import Any, Literal

from schemas import Model, ModelCard
from transforms.regions.adapters import torchscript
from transforms.regions.adapters._network import segmenter
from transforms.regions.adapters.base import ModelError, Segmenter, device, options

NEEDS = {"torch": "torch: uv pip install torch", "monai": "MONAI: uv pip install monai"}
PROMPTED = False
CONFIGS = ("inference.json", "inference.yaml", "inference.yml")


class Options(Model):
    """`network`: the key of the configuration that makes the network. `weights`: which of the bundle's two files."""

    network: str = "network_def"
    weights: Literal["model.pt", "model.ts"] = "model.pt"


def check(card: ModelCard, weights: Path) -> None:
    own = options(card, Options)
    _fitting(card, weights)
    if not (weights / "models" / own.weights).is_file():
        raise ModelError(f"weights: the bundle has no models/{own.weights}; see options.weights")


def load(card: ModelCard, weights: Path) -> Segmenter:
    """Raises ModelError for weights that are not of the bundle's network."""
    own = options(card, Options)
    file = weights / "models" / own.weights
    if own.weights == "model.ts":
        return torchscript.load(card, file)
    return segmenter(card, torchscript.predicting(_network(weights, own, file)))


def _network(folder: Path, own: Options, file: Path) -> Any:
    """The network of a bundle with its weights."""
    import torch
    from monai.bundle import ConfigParser

    found = [folder / "configs" / name for name in CONFIGS if (folder / "configs" / name).is_file()]
    if not found:
        raise ModelError(f"weights: the bundle has none of configs/{', configs/'.join(CONFIGS)}")
    parser = ConfigParser()
    parser.read_config(str(found[0]))
    if own.network not in parser.get():
        raise ModelError(
            f"options.network: {found[0].name} has no {own.network!r}; there are {', '.join(parser.get())}"
        )
    network = parser.get_parsed_content(own.network, instantiate=True)
    state = torch.load(file, map_location="cpu", weights_only=True)
    state = state.get("model", state.get("state_dict", state))
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ModelError(
            f"weights: models/{file.name} is of another network: {str(error).splitlines()[-1].strip()}"
        ) from error
    return network.to(device()).eval()


def _fitting(card: ModelCard, folder: Path) -> None:
    """What metadata.json tells of channels must be what the card says."""
    path = folder / "configs" / "metadata.json"
    if not path.is_file():
        raise ModelError(f"weights: {folder.name} is no MONAI bundle: it has no configs/metadata.json")
    about = json.loads(path.read_text(encoding="utf-8")).get("network_data_format", {})
    image = about.get("inputs", {}).get("image", {})
    channels = image.get("num_channels")
    if channels not in (None, card.input.channels):
        raise ModelError(f"input.channels: the bundle takes {channels}, the card says {card.input.channels}")
    rank = len(image.get("spatial_shape", ()))
    if rank and card.input.patch and rank != len(card.input.patch):
        raise ModelError(
            f"input.patch: the bundle takes patches of {rank} sides, the card says {len(card.input.patch)}"
        )
