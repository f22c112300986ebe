"""Megatron-Energon reads published shards, and `--to energon` with the Cooker that it carries, without
`energon prepare`."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.exporting import export
from tests.clients.reads import check, check_others, client
from tests.corpora import corpus
from tests.transforms.shards.exports.conftest import asked
from transforms.shards.exports._job import Job


def read(folder: Path, part: str, encoder: Any, **config: str) -> list[Any]:
    """The samples of a split, in the order of the shards."""
    energon = client("megatron.energon")
    dataset = energon.get_train_dataset(
        str(folder), split_part=part, worker_config=energon.WorkerConfig(rank=0, world_size=1, num_workers=0),
        batch_size=1, shuffle_buffer_size=None, max_samples_per_sequence=None, task_encoder=encoder, repeat=False,
        parallel_shard_iters=1, **config,
    )  # fmt: skip
    return [sample for batch in energon.get_loader(dataset) for sample in batch]


def test_the_cooker_that_it_carries(exported: Callable[..., Job], monkeypatch: pytest.MonkeyPatch) -> None:
    client("megatron.energon")
    out = exported("energon").out
    for name in [one for one in sys.modules if one.partition(".")[0] == "triptych"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(out))
    import triptych.energon

    assert Path(triptych.energon.__file__).is_relative_to(out)
    encoder = triptych.energon.Encoder
    found = {part: read(out, part, encoder()) for part in ("train", "val", "test")}
    assert {part: len(rows) for part, rows in found.items()} == {"train": 6, "val": 2, "test": 2}
    for number, one in enumerate(found["train"] + found["val"]):
        assert one.__key__ == f"toy-{number:04d}"
        check(one, number)
    check_others(*sorted(found["test"], key=lambda one: one.key))
    for name in [one for one in sys.modules if one.partition(".")[0] == "triptych"]:
        del sys.modules[name]


def test_its_own_tools_accept_the_folder(exported: Callable[..., Job], caplog: pytest.LogCaptureFixture) -> None:
    client("megatron.energon")
    from megatron.energon.epathlib import EPath
    from megatron.energon.flavors.webdataset.metadata import get_dataset_info, get_dataset_type
    from megatron.energon.tools.lint import check_index

    folder = EPath(str(exported("energon").out))
    with caplog.at_level(logging.WARNING):
        assert get_dataset_type(folder).name == "WEBDATASET"
        assert sum(get_dataset_info(folder)["shard_counts"].values()) == 10
        assert check_index(folder)


CAPTIONING = {"dataset_config": "captioning.yaml", "split_config": "captioning-split.yaml"}


@pytest.mark.parametrize("config", [{"dataset_config": "text.yaml"}, CAPTIONING])
def test_its_commands_accept_the_folder(exported: Callable[..., Job], config: dict[str, str]) -> None:
    client("megatron.energon")
    from click.testing import CliRunner
    from megatron.energon.tools import info, lint

    options = [str(exported("energon").out)]
    for name, file in config.items():
        options += [f"--{name.replace('_', '-')}", file]
    told = CliRunner().invoke(info.command, options)
    assert told.exit_code == 0, told.output
    assert "10 samples" in told.output
    found = CliRunner().invoke(lint.command, options)
    assert found.exit_code == 0, found.output


def test_samples_of_its_own_types(exported: Callable[..., Job]) -> None:
    """Without a cooker of anyone's."""
    energon = client("megatron.energon")

    class Encoder(energon.DefaultTaskEncoder):  # type: ignore[misc]
        def batch(self, samples: list[Any]) -> list[Any]:
            return samples

    out = exported("energon").out
    pictures = read(out, "train", Encoder(), **CAPTIONING)
    assert [list(one.image.shape) for one in pictures] == [[3, 100, 120]] * 6
    assert {one.caption for one in pictures} == {"This is a computed tomography image."}
    texts = read(out, "train", Encoder(), dataset_config="text.yaml")
    assert [one.text for one in texts] == ["This is a computed tomography image."] * 6


def test_decoded_by_energon_itself(exported: Callable[..., Job]) -> None:
    """Without our cooker: members as Energon decodes them."""
    energon = client("megatron.energon")

    @energon.stateless
    def cook(group: dict[str, Any]) -> Any:
        return energon.CaptioningSample(**energon.basic_sample_keys(group), image=group["png"],
                                        caption=group["json"]["description"]["global"]["text"])  # fmt: skip

    class Encoder(energon.DefaultTaskEncoder):  # type: ignore[misc]
        cookers = [energon.Cooker(cook)]

        def batch(self, samples: list[Any]) -> list[Any]:
            return samples

    found = read(exported("energon", split="train").out, "train", Encoder())
    assert [list(one.image.shape) for one in found] == [[3, 100, 120]] * 6
    assert {one.caption for one in found} == {"This is a computed tomography image."}


def test_the_cooker_joins_layers(tmp_path: Path) -> None:
    client("megatron.energon")
    import triptych.energon

    made = corpus()
    for number in range(8):
        made.change(number, asked)
    made.publish(tmp_path / "corpus", layers=True)
    export(tmp_path / "corpus", "energon", tmp_path / "out")
    found = {part: read(tmp_path / "out", part, triptych.energon.Encoder()) for part in ("train", "val", "test")}
    assert {part: len(rows) for part, rows in found.items()} == {"train": 6, "val": 2, "test": 2}
    for number, one in enumerate(found["train"] + found["val"]):
        check(one, number)
    check_others(*sorted(found["test"], key=lambda one: one.key))
