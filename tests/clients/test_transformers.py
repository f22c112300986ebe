"""transformers' own code agrees on where places are: Qwen2.5-VL's resizing, PaliGemma's and Florence-2's tokens."""

import json
import random
import re
from collections.abc import Callable

import pytest

from tests.clients.reads import client
from tests.scenes import SHAPES, box
from transforms.shards.exports._coordinates import LEAST, MOST, PATCH, qwen_size
from transforms.shards.exports._job import Job


def test_qwen_sees_pictures_at_the_size_that_we_say() -> None:
    client("transformers")
    from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

    draw = random.Random(5)
    sizes = [(int(draw.triangular(8, 9000, 600)), int(draw.triangular(8, 9000, 600))) for _ in range(1000)]
    sizes = [one for one in sizes if max(one) <= 200 * min(one)]  # others Qwen's processor refuses
    assert len(sizes) > 900
    for width, height in sizes:
        theirs = smart_resize(height, width, factor=PATCH, min_pixels=LEAST, max_pixels=MOST)
        assert qwen_size((width, height)) == theirs[::-1], (width, height)


def test_qwens_processor_makes_of_a_picture_what_its_places_say(exported: Callable[..., Job]) -> None:
    client("transformers")
    from PIL import Image
    from transformers import Qwen2VLImageProcessor

    out = exported("qwen-vl").out
    row = json.loads((out / "detect.train.json").read_text())[0]
    made = Qwen2VLImageProcessor(min_pixels=LEAST, max_pixels=MOST)(Image.open(out / row["image"]).convert("RGB"))
    _, rows, columns = made["image_grid_thw"][0]  # patches of 14 pixels
    assert (columns * 14, rows * 14) == qwen_size((120, 100))
    boxes = [one["bbox_2d"] for one in json.loads(row["conversations"][1]["value"])]
    assert all(0 <= x0 < x1 <= columns * 14 and 0 <= y0 < y1 <= rows * 14 for x0, y0, x1, y1 in boxes)


def test_paligemma_knows_every_token(exported: Callable[..., Job]) -> None:
    client("transformers")
    from transformers.models.paligemma.processing_paligemma import EXTRA_TOKENS

    out = exported("paligemma").out
    told = [json.loads(line)["suffix"] for path in out.glob("*.jsonl") for line in path.read_text().splitlines()]
    tokens = {token for text in told for token in re.findall(r"<[^>]*>", text)}
    assert len(tokens) >= 8
    assert tokens <= set(EXTRA_TOKENS)


def test_florence_reads_the_boxes_back(exported: Callable[..., Job]) -> None:
    client("transformers")
    import torch
    from transformers.models.florence2.processing_florence2 import Florence2PostProcessor

    out = exported("florence").out
    rows = [json.loads(line) for line in (out / "train.jsonl").read_text().splitlines()]
    wanted = {concept.label: box(mask) for concept, mask in SHAPES.values() if concept.label != "lesion"}
    reader = Florence2PostProcessor(config=None, tokenizer=_Tokens())
    told = [row["suffix"] for row in rows if row["prefix"] == "<OD>"]
    assert len(told) == 6
    for text in told:
        found = reader.parse_description_with_bboxes_from_text_and_spans(text, image_size=(120, 100))
        assert {one["cat_name"] for one in found} == wanted.keys()
        for one in found:
            assert one["bbox"] == pytest.approx(wanted[one["cat_name"]], abs=1)  # it cuts to whole pixels
            bins = reader.quantize(torch.tensor([wanted[one["cat_name"]]]), size=(120, 100))[0].tolist()
            assert one["cat_name"] + "".join(f"<loc_{n}>" for n in bins) in text


class _Tokens:
    """What the reader of places asks of a tokenizer: nothing."""

    all_special_tokens: list[str] = []
