"""The portal under load: so many requests at once, for so long, on this machine's own address.

`python -m benchmarks.portal [WORKSPACE ...] [--at-once 200] [--seconds 20] [--cards N]` serves the workspaces (the
catalogue alone where none is given) in a process of its own, asks for their pages again and again, and fails where one
has no answer. With `--cards` the catalogue holds so many, copies of the real ones under other ids.
"""

import argparse
import asyncio
import multiprocessing
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np
import uvicorn
from rich.console import Console

import catalog
from catalog.portal.app import create_app
from schemas import DatasetCard

PAGES = ("/", "/?q=liver+ct", "/?q=chest+xray&page=2", "/?permission=commercial", "/datasets/lidc_idri", "/corpora",
         "/quarantine", "/run", "/api/datasets", "/static/portal.css")  # fmt: skip
WAIT = 60.0  # seconds that an answer may take


class Load(NamedTuple):
    """`errors`: what came in place of an answer. `slowest`: seconds of the slowest of 99 in 100 answers; `pages`: of
    95 in 100, by page."""

    answers: int
    errors: list[str]
    seconds: float
    slowest: float
    pages: dict[str, float]


def load(site: str, paths: Sequence[str], at_once: int, seconds: float) -> Load:
    """Ask for the paths in turn, `at_once` of them at any time, each of these at least once."""
    return asyncio.run(_load(site, paths, at_once, seconds))


async def _load(site: str, paths: Sequence[str], at_once: int, seconds: float) -> Load:
    took: dict[str, list[float]] = {path: [] for path in paths}
    errors: list[str] = []
    began = time.perf_counter()

    async def one(client: httpx.AsyncClient, number: int) -> None:
        while True:
            path, asked = paths[number % len(paths)], time.perf_counter()
            try:
                found = await client.get(path)
                if found.status_code != 200:
                    errors.append(f"{path}: {found.status_code}")
            except httpx.HTTPError as error:
                errors.append(f"{path}: {type(error).__name__} {error}")
            took[path].append(time.perf_counter() - asked)
            number += 1
            if time.perf_counter() - began > seconds:
                return

    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    async with httpx.AsyncClient(base_url=site, limits=limits, timeout=WAIT, trust_env=False) as client:
        await asyncio.gather(*(one(client, number) for number in range(at_once)))
    every = [one for times in took.values() for one in times]
    pages = {path: float(np.percentile(times, 95)) for path, times in took.items() if times}
    return Load(len(every), errors, time.perf_counter() - began, float(np.percentile(every, 99)), pages)


def many(count: int) -> dict[str, DatasetCard]:
    """So many cards by id: the real ones, then copies of them under other ids and names."""
    real = list(catalog.cards().values())
    turns = (_turned(real[at % len(real)], at // len(real)) for at in range(count))
    return {card.id: card for card in turns}


def _turned(card: DatasetCard, turn: int) -> DatasetCard:
    return card.model_copy(update={"id": f"{card.id}_{turn}", "name": f"{card.name} {turn}"}) if turn else card


def _serve(workspaces: Sequence[Path], port: int, cards: int) -> None:
    app = create_app(workspaces, cards=many(cards) if cards else None)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", nargs="*", type=Path)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--cards", type=int, default=0)
    given = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = (given.workspace, port, given.cards)
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=asked, daemon=True)
    server.start()
    site = f"http://127.0.0.1:{port}"
    with httpx.Client(transport=httpx.HTTPTransport(retries=20), timeout=WAIT, trust_env=False) as client:
        client.get(f"{site}/static/portal.css")
    found = load(site, PAGES, given.at_once, given.seconds)
    server.terminate()
    say = Console(soft_wrap=True).print
    say(f"{given.at_once} at once for {found.seconds:.0f} s: {found.answers:,} answers, {len(found.errors)} errors, "
        f"99 in 100 within {found.slowest:.1f} s")  # fmt: skip
    for path, seconds in found.pages.items():
        say(f"{path}: 95 in 100 within {1000 * seconds:.0f} ms")
    for error in sorted(set(found.errors)):
        say(error)
    raise SystemExit(1 if found.errors else 0)


if __name__ == "__main__":
    main()
