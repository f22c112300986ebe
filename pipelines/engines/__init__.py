"""Where work is done: in this process, or by the workers of a Ray cluster."""

from typing import Any


def tasks(name: str) -> Any:
    """The `Tasks` of an engine."""
    if name == "inline":
        from pipelines.engines import inline

        return inline.Tasks
    from pipelines.engines import ray_tasks  # Ray takes seconds to import and is not needed inline

    return ray_tasks.Tasks
