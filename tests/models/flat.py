"""Small models of pictures: a detector, one that is pointed at (of SAM's inputs and outputs), and Cellpose's."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everyone has it

from tests.models.shapes import boxes, picture

SIDE, CELL = 64, 4  # pixels of a picture, and of a cell of the detector's grid
STEPS, BATCH = 200, 8
CELLPOSE_STEPS, CELLPOSE_BATCH = 60, 4  # half a second a step


def layers(*channels: int, stride: int = 1) -> nn.Sequential:
    """Convolutions of three by three, the first with a stride."""
    found: list[nn.Module] = []
    for k, (a, b) in enumerate(pairwise(channels)):
        found += [nn.Conv2d(a, b, 3, stride if k == 0 else 1, 1), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(*found)


class Detector(nn.Module):
    """After CenterNet (Zhou et al. 2019, Objects as Points): where middles are, and how far the sides lie from them."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(layers(1, 16, 16, stride=2), layers(16, 32, 32, 32, 32, stride=2))
        self.heat, self.reach = nn.Conv2d(32, 1, 1), nn.Conv2d(32, 4, 1)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.body(image)
        return self.heat(found), F.softplus(self.reach(found))


class Boxes(nn.Module):
    """The detector with its answers as torchvision's are: boxes, labels, scores."""

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        heat, reach = self.detector(image)
        heat = torch.sigmoid(heat)
        heat = heat * (F.max_pool2d(heat, 5, 1, 2) == heat).float()
        scores, places = torch.topk(heat.flatten(), 10)
        cells = SIDE // CELL
        x = (places % cells).float() * CELL + CELL / 2
        y = (places // cells).float() * CELL + CELL / 2
        sides = reach[0].flatten(1)[:, places] * CELL
        found = torch.stack([x - sides[0], y - sides[1], x + sides[2], y + sides[3]], 1)
        return found, torch.ones_like(places), scores


def optimised(network: nn.Module, loss_of: object, steps: int, rate: float = 3e-3) -> None:
    """Adam, always on the same pictures."""
    torch.manual_seed(0)
    for layer in network.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    random, optimiser = np.random.default_rng(0), torch.optim.Adam(network.parameters(), rate)
    network.train()
    for _ in range(steps):
        loss = loss_of(random)  # type: ignore[operator]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    network.eval()


def detector(path: Path) -> None:
    """A detector as ONNX, of form `boxes`."""
    network = Detector()

    def loss_of(random: np.random.Generator) -> torch.Tensor:
        drawn = [picture(random, SIDE) for _ in range(BATCH)]
        cells = SIDE // CELL
        heat, reach, weight = (np.zeros((BATCH, n, cells, cells), np.float32) for n in (1, 4, 1))
        for k, one in enumerate(drawn):
            for x0, y0, x1, y1 in boxes(one.labels):
                i, j = int((y0 + y1) / 2 // CELL), int((x0 + x1) / 2 // CELL)
                x, y = (j + 0.5) * CELL, (i + 0.5) * CELL
                heat[k, 0, i, j] = weight[k, 0, i, j] = 1
                reach[k, :, i, j] = np.array([x - x0, y - y0, x1 - x, y1 - y]) / CELL
        found, sides = network(torch.from_numpy(np.stack([one.image for one in drawn])[:, None] / 255))
        near = F.max_pool2d(torch.from_numpy(heat), 3, 1, 1) - torch.from_numpy(
            heat
        )  # beside a middle nothing is asked
        middles = F.binary_cross_entropy_with_logits(found, torch.from_numpy(heat), reduction="none") * (1 - near)
        far = (torch.abs(sides - torch.from_numpy(reach)) * torch.from_numpy(weight)).sum() / weight.sum()
        return middles.sum() / weight.sum() + far

    optimised(network, loss_of, STEPS)
    torch.onnx.export(Boxes(network).eval(), (torch.zeros(1, 1, SIDE, SIDE),), str(path), dynamo=False,
                      input_names=["image"], output_names=["boxes", "labels", "scores"])  # fmt: skip


class Encoder(nn.Module):
    """A picture's embedding, at a quarter of its size."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(layers(3, 16, 16, stride=2), layers(16, 16, 16, stride=2))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.body(image)
        return found


class Decoder(nn.Module):
    """A mask for a box, or for points. Inputs and outputs are named as those of SAM's own export."""

    def __init__(self) -> None:
        super().__init__()
        self.body = layers(18, 32, 32, 32)
        self.masks = nn.ConvTranspose2d(32, 1, 4, 4)
        self.iou = nn.Linear(32, 1)

    def prompted(self, coords: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Two planes of the embedding's size: inside of the box, near to a point."""
        cells = SIDE // 4
        at = (torch.arange(cells).float() + 0.5) * 4
        x, y = at[None, None, :], at[None, :, None]
        first, second = ((labels == k).float()[..., None] for k in (2, 3))
        low, high = (coords * first).sum(1)[:, :, None, None], (coords * second).sum(1)[:, :, None, None]
        inside = ((x >= low[:, 0]) & (x < high[:, 0]) & (y >= low[:, 1]) & (y < high[:, 1])).float()
        far = (coords[:, :, 0, None, None] - x[:, None]) ** 2 + (coords[:, :, 1, None, None] - y[:, None]) ** 2
        near = (torch.exp(-far / 32) * (labels == 1).float()[..., None, None]).amax(1)
        return torch.stack([inside, near], 1)

    def small(self, embedding: torch.Tensor, coords: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.body(torch.cat([embedding, self.prompted(coords, labels)], 1))
        return found

    def forward(
        self, image_embeddings: torch.Tensor, point_coords: torch.Tensor, point_labels: torch.Tensor,
        mask_input: torch.Tensor, has_mask_input: torch.Tensor, orig_im_size: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # fmt: skip
        found = self.small(image_embeddings, point_coords, point_labels)
        low = self.masks(found) + 0 * mask_input.sum() * has_mask_input
        size = orig_im_size.to(torch.float32)
        scale = SIDE / torch.max(size)
        part = torch.floor(scale * size + 0.5).to(torch.int64)  # what of the square is of the picture
        whole = size.to(torch.int64)
        masks = F.interpolate(low[..., : part[0], : part[1]], size=(whole[0], whole[1]), mode="bilinear")
        return masks, torch.sigmoid(self.iou(found.mean((2, 3)))), low


def sam(folder: Path) -> None:
    """An encoder and a decoder as ONNX. Half of the prompts are boxes, half a point of the thing."""
    folder.mkdir()
    encoder, decoder = Encoder(), Decoder()

    def loss_of(random: np.random.Generator) -> torch.Tensor:
        images, masks, coords, labels = [], [], [], []
        for k in range(BATCH):
            drawn = picture(random, SIDE)
            value = int(random.integers(1, drawn.labels.max() + 1))
            x0, y0, x1, y1 = boxes(drawn.labels)[value - 1]
            images.append(drawn.image)
            masks.append(drawn.labels == value)
            coords.append([[x0, y0], [x1, y1]] if k % 2 else [[(x0 + x1) / 2, (y0 + y1) / 2], [0, 0]])
            labels.append([2, 3] if k % 2 else [1, -1])
        given = torch.from_numpy(np.stack(images)[:, None].repeat(3, 1) / 255)
        found = decoder.small(encoder(given), torch.tensor(np.array(coords)).float(), torch.tensor(labels).float())
        wanted = torch.from_numpy(np.stack(masks)[:, None]).float()
        return F.binary_cross_entropy_with_logits(decoder.masks(found), wanted) * 10

    optimised(nn.ModuleList([encoder, decoder]), loss_of, STEPS)
    export = {"dynamo": False, "opset_version": 17}
    torch.onnx.export(encoder, (torch.zeros(1, 3, SIDE, SIDE),), str(folder / "encoder.onnx"), input_names=["image"],
                      output_names=["image_embeddings"], **export)  # fmt: skip
    given = (torch.zeros(1, 16, SIDE // 4, SIDE // 4), torch.zeros(1, 2, 2), torch.tensor([[2.0, 3.0]]),
             torch.zeros(1, 1, SIDE // 4, SIDE // 4), torch.zeros(1), torch.tensor([48.0, 64.0]))  # fmt: skip
    names = ["image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size"]
    points = {name: {1: "points"} for name in ("point_coords", "point_labels")}
    torch.onnx.export(decoder, given, str(folder / "decoder.onnx"), input_names=names, dynamic_axes=points,
                      output_names=["masks", "iou_predictions", "low_res_masks"], **export)  # fmt: skip


def cellpose(folder: Path) -> None:
    """A model file of Cellpose 3, its network trained here on its own targets: flows to the middle, what is a cell."""
    from cellpose import dynamics, models

    network = models.CellposeModel(gpu=False, pretrained_model=False, nchan=2).net
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 0.3  # few steps

    def loss_of(random: np.random.Generator) -> torch.Tensor:
        drawn = [picture(random, SIDE) for _ in range(CELLPOSE_BATCH)]
        images = np.stack([one.image for one in drawn])
        low, high = np.percentile(images, (1, 99), (1, 2), keepdims=True)
        given = np.stack([(images - low) / (high - low), np.zeros_like(images)], 1).astype(np.float32)
        labels = [one.labels.astype(np.int32) for one in drawn]
        wanted = torch.from_numpy(np.stack(dynamics.labels_to_flows(labels, device=torch.device("cpu")))[:, 1:])
        found = network(torch.from_numpy(given))[0]
        flows = F.mse_loss(found[:, :2], 5 * wanted[:, 1:].float())
        return flows / 2 + F.binary_cross_entropy_with_logits(found[:, 2], (wanted[:, 0] > 0.5).float())

    optimised(network, loss_of, CELLPOSE_STEPS, 2e-3)
    folder.mkdir()
    network.save_model(str(folder / "cells"))
