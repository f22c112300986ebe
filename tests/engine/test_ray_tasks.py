"""Calls that go to the workers of a Ray cluster."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, os, time
from pathlib import Path
from pipelines.engines.ray_tasks import Tasks

def here(*_):
    return os.getpid()

def bad():
    raise ValueError("as it was")

run = Tasks(2)
many = list(run.many(here, None, range(8)))
one = run.one(here)
again = list(run.many(here, None, range(8)))
try:
    run.one(bad)
except ValueError as error:
    said = str(error)
while Path(f"/proc/{one}").exists():
    time.sleep(0.05)
print(json.dumps({"many": many + again, "one": one, "said": said}))
"""


def test_one_call_has_a_process_of_its_own_that_ends_with_it() -> None:
    """What planning takes must not come on top of what a worker that has curated holds."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=550)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["one"] not in found["many"]
    assert found["said"] == "as it was"
