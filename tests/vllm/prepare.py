"""Lets the torchvision of PyPI, whose operators are built for CUDA, be imported beside a torch without CUDA.

Run by the python of the environment (`make test-vllm`, `make test-models`). torchvision describes two operators, nms
and qnms, to torch even where its own library could not be loaded; torch then refuses to describe what nobody has
declared. So they are declared, without a body: nothing that is asked of torchvision there calls either.
"""

import importlib.util
import sys
from pathlib import Path

DECLARED = """\
import torch as _torch

_operators = _torch.library.Library("torchvision", "FRAGMENT")
for _name in ("nms", "qnms"):
    if not hasattr(_torch.ops.torchvision, _name):
        _operators.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

"""


def main() -> int:
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        sys.stderr.write("tests/vllm/prepare.py: torchvision is not installed: run make test-vllm, or test-models\n")
        return 2
    path = Path(spec.origin).parent / "_meta_registrations.py"
    text = path.read_text(encoding="utf-8")
    if not text.startswith(DECLARED):
        path.write_text(DECLARED + text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
