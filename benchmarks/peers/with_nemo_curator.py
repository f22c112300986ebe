"""NeMo Curator on its Ray Data executor with N cores: a task is the pictures of one shard, and its one stage does the
plain script's work on them and writes the shard, as Curator's own image writer does."""

from pathlib import Path

import ray
from nemo_curator.backends.ray_data import RayDataExecutor
from nemo_curator.pipeline import Pipeline
from nemo_curator.stages.base import ProcessingStage
from nemo_curator.stages.resources import Resources
from nemo_curator.tasks import FileGroupTask
from work import MAX_SAMPLES, arguments, pairs, work, write


class PlainWork(ProcessingStage[FileGroupTask, FileGroupTask]):
    """The work on one shard's pictures. `data` holds pictures and masks by turns."""

    name = "plain_work"
    resources = Resources(cpus=1.0)

    def __init__(self, out: Path) -> None:
        self.out = out

    def inputs(self) -> tuple[list[str], list[str]]:
        return [], []

    def outputs(self) -> tuple[list[str], list[str]]:
        return [], []

    def process(self, task: FileGroupTask) -> FileGroupTask:
        files = task.data
        groups = (work(image, mask) for image, mask in zip(files[::2], files[1::2], strict=True))
        number = task.reader_config["shard"]
        write(self.out, groups, f"train-{number:06d}-%02d.tar")
        return task


def main() -> None:
    given = arguments(__doc__)
    found = pairs(given.raw.absolute())
    shards = [found[n : n + MAX_SAMPLES] for n in range(0, len(found), MAX_SAMPLES)]
    tasks = [
        FileGroupTask(dataset_name="nuinsseg", data=[f for pair in shard for f in pair], reader_config={"shard": n})
        for n, shard in enumerate(shards)
    ]
    ray.init(address="local", num_cpus=given.workers, include_dashboard=False, logging_level="ERROR")
    pipeline = Pipeline("plain", stages=[PlainWork(given.out.absolute())])
    pipeline.run(RayDataExecutor(), initial_tasks=tasks)


if __name__ == "__main__":
    main()
