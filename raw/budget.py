"""What one item may cost, known before it is paid: bytes of memory, pixels of a picture, seconds.

The environment says otherwise where a data set is right to need more; it is inherited by workers on this machine, and
goes into a cluster's runtime environment.
"""

import os

from raw.refusal import Unreadable

MAX_BYTES, MAX_PIXELS, MAX_SECONDS = "TRIPTYCH_MAX_BYTES", "TRIPTYCH_MAX_PIXELS", "TRIPTYCH_MAX_SECONDS"
DEFAULTS = {MAX_BYTES: 1 << 32, MAX_PIXELS: 1 << 29, MAX_SECONDS: 600}
RATIO = 100  # how much larger than its packed form a sound file may be, where it is not held in memory


def limit(name: str) -> int:
    """One of the limits. Raises ValueError that names the variable where it holds no number."""
    text = os.environ.get(name)
    if not text:
        return DEFAULTS[name]
    if not text.isdecimal() or not int(text):
        raise ValueError(f"{name}={text}: not a whole number above zero; correct the variable, or unset it")
    return int(text)


def check() -> None:
    """Raises ValueError where a variable holds no number."""
    for name in DEFAULTS:
        limit(name)


def memory(uri: str, need: int, what: str) -> None:
    """Raises Unreadable when `what` takes more bytes than an item may hold at once."""
    most = limit(MAX_BYTES)
    if need > most:
        raise Unreadable(uri, f"{what}: {need:,} bytes, over the limit of {most:,}; {_raise(MAX_BYTES)}")


def pixels(uri: str, rows: int, columns: int) -> None:
    """Raises Unreadable when one picture, or one frame, has more pixels than are decoded."""
    most = limit(MAX_PIXELS)
    if rows * columns > most:
        raise Unreadable(
            uri, f"{columns:,} x {rows:,} pixels are {rows * columns:,}, over the limit of {most:,}; "
            f"{_raise(MAX_PIXELS)}",
        )  # fmt: skip


def most_unpacked(packed: int) -> int:
    """How many bytes may come out of so many packed ones, where they are not held in memory."""
    return max(limit(MAX_BYTES), RATIO * packed)


def unpacked(uri: str, packed: int, need: int, what: str = "unpacked") -> None:
    """Raises Unreadable when so many bytes come out of so many packed ones that nobody means it well."""
    if need > most_unpacked(packed):
        raise Unreadable(
            uri, f"{what}: {need:,} bytes or more, over the limit of {limit(MAX_BYTES):,} and over {RATIO} times its "
            f"{packed:,} packed ones; {_raise(MAX_BYTES)}",
        )  # fmt: skip


def _raise(name: str) -> str:
    return f"where that is right, set {name} higher and run again"
