"""Pixels for the pages: masks read from their members, outlines traced, thumbnails drawn."""

import io
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.portal.outline import COLOURS
from schemas import Sample, SampleRegion

Read = Callable[[str], bytes | None]
THUMB = 288  # pixels on the longer side: a tile at twice the density of the screen


def index_masks(sample: Sample, read: Read) -> dict[str, NDArray[np.integer]]:
    """Member name -> the index mask (height, width), values as stored."""
    masks: dict[str, NDArray[np.integer]] = {}
    for name in sorted({region.mask.media for region in sample.regions if region.mask}):
        data = read(name)
        if data is not None and name.endswith("png"):
            # Pillow keeps the indices of a palette and all 16 bits; OpenCV would turn a palette into colours.
            masks[name] = np.asarray(Image.open(io.BytesIO(data)))
    return masks


def region_masks(sample: Sample, masks: Mapping[str, NDArray[np.integer]]) -> dict[str, NDArray[np.bool_]]:
    """Region id -> bool (height, width), for the regions that have a mask member here."""
    return {
        region.id: masks[region.mask.media] == region.mask.value
        for region in sample.regions
        if region.mask and region.mask.media in masks
    }


def thumbnail(sample: Sample, read: Read) -> bytes | None:
    """A JPEG of the first image with its regions outlined in their colours; None where there is no image to show."""
    image_media = next((media for media in sample.media if media.kind == "image"), None)
    data = read(image_media.name) if image_media else None
    if data is None:
        return None
    there = {region.id for region in sample.regions if image_media and region.medium == image_media.name}
    found = region_masks(sample, index_masks(sample, read))
    return drawn(sample, data, {rid: mask for rid, mask in found.items() if rid in there})


def drawn(sample: Sample, data: bytes, found: Mapping[str, NDArray[np.bool_]]) -> bytes | None:
    """A JPEG of the sample's first image, whose bytes are given, with these masks and its boxes outlined."""
    image_media = next(media for media in sample.media if media.kind == "image")
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    height, width = image.shape[:2]
    scale = THUMB / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
    width_px = 2 if len(sample.regions) <= 40 else 1  # thinner where outlines crowd
    for number, region in enumerate(sample.regions):
        colour = bgr(COLOURS[number % len(COLOURS)])
        if region.id in found:
            mask = cv2.resize(found[region.id].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
            outlines, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(canvas, outlines, -1, colour, width_px, cv2.LINE_AA)
        elif region.box and region.box.media == image_media.name:
            x0, y0, x1, y1 = (round(edge * scale) for edge in region.box.xyxy)
            cv2.rectangle(canvas, (x0, y0), (x1 - 1, y1 - 1), colour, width_px)
        elif region.points and region.points.media == image_media.name:
            for x, y in region.points.xy:
                cv2.circle(canvas, (int(x * scale), int(y * scale)), 3, colour, cv2.FILLED, cv2.LINE_AA)
        elif region.line and region.line.media == image_media.name:
            line = np.rint(np.asarray(region.line.xy) * scale).astype(np.int32)
            cv2.polylines(canvas, [line], False, colour, width_px, cv2.LINE_AA)
        elif region.turned_box and region.turned_box.media == image_media.name:
            corners = np.rint(np.asarray(region.turned_box.corners) * scale).astype(np.int32)
            cv2.polylines(canvas, [corners], True, colour, width_px, cv2.LINE_AA)
        elif region.ellipse and region.ellipse.media == image_media.name:
            (x, y), (a, b) = region.ellipse.centre, region.ellipse.axes
            at, axes = (round(x * scale), round(y * scale)), (round(a * scale), round(b * scale))
            cv2.ellipse(canvas, at, axes, region.ellipse.angle, 0, 360, colour, width_px, cv2.LINE_AA)
    ok, encoded = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, 86])
    return encoded.tobytes() if ok else None


def solid(region: SampleRegion, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels of a picture of `shape` (height, width) that a box or an ellipse holds, or that points and lines
    cover."""
    out = np.zeros(shape, np.uint8)
    if region.box is not None:
        x0, y0, x1, y1 = region.box.xyxy
        out[y0:y1, x0:x1] = 1
    if region.ellipse is not None:
        (x, y), (a, b) = region.ellipse.centre, region.ellipse.axes
        at, axes = (round(x), round(y)), (round(a), round(b))
        cv2.ellipse(out, at, axes, region.ellipse.angle, 0, 360, 1, cv2.FILLED)
    if region.turned_box is not None:
        cv2.fillPoly(out, [np.rint(np.asarray(region.turned_box.corners)).astype(np.int32)], 1)
    if region.line is not None:
        cv2.polylines(out, [np.rint(np.asarray(region.line.xy)).astype(np.int32)], False, 1)
    for x, y in region.points.xy if region.points is not None else ():
        cv2.circle(out, (int(x), int(y)), max(2, max(shape) // 120), 1, cv2.FILLED)
    return out > 0


def bgr(colour: str) -> tuple[int, int, int]:
    """#rrggbb as OpenCV takes it."""
    return int(colour[5:7], 16), int(colour[3:5], 16), int(colour[1:3], 16)
