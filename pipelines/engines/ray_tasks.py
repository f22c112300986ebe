"""Calls that any worker of a Ray cluster may do; what goes there and comes back is small."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import ray

from pipelines.context import Context
from pipelines.engines.cluster import connect, cores, lost

WAITING_A_CORE = 4  # calls handed in ahead: more would only fill the driver


class Tasks:
    """Raises ClusterError when the cluster is lost; what a call raises comes back as it was."""

    def __init__(self, workers: int) -> None:
        connect(workers)
        self.ahead = WAITING_A_CORE * cores(workers)

    def one(self, call: Callable[..., Any], *args: Any) -> Any:
        """The result of one call, in a process of its own: what it takes does not come on top of what a worker that has
        curated holds, and ends with it."""
        alone = {"env_vars": {"TRIPTYCH_CALL": call.__name__}}  # a worker of another environment is given no such call
        return _got(ray.remote(max_calls=1, runtime_env=alone)(call).remote(*args))

    def many(self, call: Callable[..., Any], ctx: Context, items: Iterable[Any]) -> Iterator[Any]:
        """The results of `call(ctx, item)`, in any order. One whose worker dies is done again elsewhere."""
        task, about, left = ray.remote(call), ray.put(ctx), iter(items)
        waiting = [task.remote(about, item) for item in islice(left, self.ahead)]
        while waiting:
            try:
                ready, waiting = ray.wait(waiting)
            except ray.exceptions.RayError as error:
                raise lost(error) from None
            for done in ready:
                yield _got(done)
            waiting += [task.remote(about, item) for item in islice(left, len(ready))]


def _got(result: Any) -> Any:
    try:
        return ray.get(result)
    except ray.exceptions.RayError as error:
        raise lost(error) from None
