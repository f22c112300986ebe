"""An S3 server on this machine, and the command line as a user runs it."""

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).parents[2]
BUCKET = "corpora"
START_SECONDS = 180  # a busy machine takes its time; nobody waits longer than it does
MINUTES = 900  # the most that one command may take


@dataclass
class Bucket:
    """The bucket of a server, and what finds it."""

    env: dict[str, str]
    client: Any
    number: int = field(default=0)

    def space(self) -> str:
        """An address under which nothing lies yet."""
        self.number += 1
        return f"s3://{BUCKET}/space{self.number}"

    def put(self, address: str, data: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=_key(address), Body=data)

    def upload(self, folder: Path, address: str) -> None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.put(f"{address}/{path.relative_to(folder).as_posix()}", path.read_bytes())

    def remove(self, address: str) -> None:
        self.client.delete_object(Bucket=BUCKET, Key=_key(address))

    def listing(self, address: str) -> dict[str, tuple[int, str, Any]]:
        """Name below an address -> size, ETag, time."""
        prefix, found = f"{_key(address)}/", {}
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
            for one in page.get("Contents", ()):
                found[one["Key"].removeprefix(prefix)] = one["Size"], one["ETag"], one["LastModified"]
        return found

    def read(self, address: str) -> bytes:
        found: bytes = self.client.get_object(Bucket=BUCKET, Key=_key(address))["Body"].read()
        return found

    def hashes(self, address: str) -> dict[str, str]:
        """Name below an address -> SHA-256, as `workshop.hashes` gives it of a folder."""
        return {name: hashlib.sha256(self.read(f"{address}/{name}")).hexdigest() for name in self.listing(address)}


def _key(address: str) -> str:
    return address.removeprefix(f"s3://{BUCKET}/")


@contextmanager
def served() -> Iterator[Bucket]:
    """A server with an empty bucket, gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keys = {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "secret"}
    where = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(server, port)
        client = boto3.client(
            "s3", endpoint_url=where["AWS_ENDPOINT_URL"], region_name="us-east-1",
            aws_access_key_id="somebody", aws_secret_access_key="secret",
        )  # fmt: skip
        client.create_bucket(Bucket=BUCKET)
        yield Bucket({**keys, **where}, client)
    finally:
        server.kill()
        server.wait()


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        assert server.poll() is None, "moto did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < until, "moto does not listen"
            time.sleep(0.1)


def environment(**more: str) -> dict[str, str]:
    """What a command of the tests sees: no cluster and no cloud but those that a test gives it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RAY_", "AWS_", "TRIPTYCH_"))}
    return {**clean, "PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0", **more}


def begin(folder: Path, env: dict[str, str], *args: str) -> subprocess.Popen[str]:
    """Starts `triptych` in a folder, in a process group of its own."""
    command = [sys.executable, "-m", "pipelines.cli", *args]
    return subprocess.Popen(command, cwd=folder, env=environment(**env), text=True, start_new_session=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def triptych(folder: Path, env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    """`triptych` in a folder, to its end."""
    process = begin(folder, env, *args)
    out, err = process.communicate(timeout=MINUTES)
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def done(folder: Path, env: dict[str, str], *args: str) -> str:
    """The same, where it must succeed; what it printed."""
    found = triptych(folder, env, *args)
    assert found.returncode == 0, f"{' '.join(args)}\n{found.stdout[-3000:]}{found.stderr[-3000:]}"
    return found.stdout + found.stderr
