"""torchvision beside a torch without CUDA: its compiled operators do not load, and its Python half declares them first.

The loaders need none of them. They are declared here, so that importing torchvision does not stop.
"""

import torch

_OPERATORS = torch.library.Library("torchvision", "FRAGMENT")
for _name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, _name):
        _OPERATORS.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
