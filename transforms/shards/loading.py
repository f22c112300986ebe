"""How a corpus is loaded: what its data card tells people, and what `datasets` reads of the card's front matter."""

from collections.abc import Mapping
from typing import Any

from transforms.shards.layers import TEXT, WORDS, shard_of
from transforms.shards.manifest import Manifest
from transforms.shards.splits import SPLITS

FEATURES: Mapping[str, Any] = {
    "json": {"dtype": "json"}, "txt": {"dtype": "string"}, "npy": {"list": {"list": "float32"}},
    "nii.gz": {"dtype": "binary"},
}  # fmt: skip

HOW_TO_LOAD = """\
## How to load it

With [webdataset](https://github.com/webdataset/webdataset):

```python
import webdataset as wds

samples = wds.WebDataset("PATTERN", shardshuffle=False).decode("rgb8")
for sample in samples:
    image, record = sample.get("png"), sample["json"]
```

With [datasets](https://huggingface.co/docs/datasets) 4.7 or later (the front matter of this file names splits and
features). It takes a folder by its name, and none as ".":

```python
import os
from datasets import load_dataset

samples = load_dataset(os.getcwd(), split="SPLIT", streaming=True)
```

or shards one by one, or all of them, with the features that the card names:

```python
import yaml
from datasets import Features, load_dataset

card = yaml.safe_load(open("README.md").read().split("---\\n")[1])
features = Features._from_yaml_list(card["dataset_info"]["features"])
samples = load_dataset("webdataset", data_files="*.tar", split="train", features=features)
```

Versions before 4.7 know no column of JSON and stop at the front matter. 3.2 reads the tars with the JSON as a string,
which it writes as Python does; 4.6 was tried and does not (`triptych export . OUT --to hf` writes Parquet):

```python
import ast, yaml
from datasets import Features, load_dataset

card = yaml.safe_load(open("README.md").read().split("---\\n")[1])
columns = [{**one, "dtype": "string"} if one["name"] == "json" else one for one in card["dataset_info"]["features"]]
features = Features._from_yaml_list(columns)
for sample in load_dataset("webdataset", data_files="SPLIT-*.tar", split="train", features=features):
    record = ast.literal_eval(sample["json"])
```

`decode("rgb8")` turns index masks into colour: to keep their values, leave it out and read the bytes with
`cv2.imdecode(..., cv2.IMREAD_UNCHANGED)`. A fact's value may be a number or a word, so `load_dataset` cannot guess the
JSON's type from a tar: it stands in the front matter above. Each shard holds one set of members, which `manifest.json`
names."""

LAYERS = """\
Each shard is two tars with the same keys in the same order: `text-NAME` holds `KEY.json` and `KEY.txt`, `pixels-NAME`
all other members. A shard without pixels has no second one. Another version of the words leaves the tars of the pixels
as they are."""
HOW_TO_JOIN = """\
## How to load it

With [webdataset](https://github.com/webdataset/webdataset), each text with its pixels from the tar beside:

```python
import webdataset as wds
from triptych import joined

texts = wds.WebDataset("text-PATTERN", shardshuffle=False, empty_check=False)
for sample in texts.compose(joined).decode("rgb8"):
    image, record = sample.get("png"), sample["json"]
```

`triptych.load(".", "SPLIT")` does so and decodes pictures and masks. Without that package, where every shard has both
tars, `zip(wds.WebDataset("text-PATTERN"), wds.WebDataset("pixels-PATTERN"))` gives the two halves of each sample.
`decode("rgb8")` turns index masks into colour: to keep their values, leave it out.

With [datasets](https://huggingface.co/docs/datasets) 4.7 or later (the front matter of this file names layers, splits
and features), a split of which every shard has pixels. It takes a folder by its name, and none as ".":

```python
import os
from datasets import concatenate_datasets, load_dataset

texts, pixels = (load_dataset(os.getcwd(), layer, split="SPLIT") for layer in ("text", "pixels"))
samples = concatenate_datasets([texts, pixels.remove_columns(["__key__", "__url__"])], axis=1)
```

`manifest.json` names the tars of each shard, and the members that its groups have."""


def layers_of(manifest: Manifest) -> list[str]:
    """How the names of the tars begin; nothing where a shard is one."""
    return sorted(
        {tar.name.removesuffix(shard_of(tar.name)) for one in manifest.shards for tar in one.tars}, reverse=True
    )


def config(manifest: Manifest, layer: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `datasets` is to know of the shards, or of one layer of them: files by split, and columns."""
    names = [name for name in ["json", *manifest.members] if not layer or (name in WORDS) == (layer == TEXT)]
    own = layer.removesuffix("-") or "default"
    features = [{"name": "__key__", "dtype": "string"}, {"name": "__url__", "dtype": "string"}]
    features += [{"name": name, **_feature(name)} for name in names]
    there = {entry.split for entry in manifest.shards for tar in entry.tars if tar.name.startswith(layer)}
    files = [{"split": split, "path": f"{layer}{split}-*.tar"} for split in SPLITS if split in there]
    return {"config_name": own, "data_files": files}, {"config_name": own, "features": features}


def _feature(name: str) -> Any:
    """What `datasets` makes of a member."""
    return FEATURES.get("nii.gz" if name.endswith("nii.gz") else name, {"dtype": "image"})


def how_to_load(manifest: Manifest) -> str:
    """The section of the data card."""
    split = next(split for split in SPLITS if split in manifest.splits)
    names = sorted(shard_of(entry.name) for entry in manifest.shards if entry.split == split)
    first, last = names[0].removesuffix(".tar")[-6:], names[-1].removesuffix(".tar")[-6:]
    pattern = names[0] if len(names) == 1 else f"{split}-{{{first}..{last}}}.tar"
    text = HOW_TO_JOIN if any(layers_of(manifest)) else HOW_TO_LOAD
    return text.replace("PATTERN", pattern).replace("SPLIT", split)
