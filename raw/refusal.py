"""How a file is refused, and what libraries raise on broken bytes."""

import lzma
import re
import struct
import tarfile
import tokenize
import zipfile
import zlib

from isal.igzip_lib import IsalError


class Refusal(ValueError):  # noqa: N818 - an outcome, and read as one
    """A file that gives no record: its `uri`, relative to the data set's folder, and the `reason`."""

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(f"{uri}: {reason}")
        self.uri = uri
        self.reason = reason

    def move(self, uri: str) -> None:
        """Say it of the same file by the path where it lies."""
        self.uri = uri
        self.args = (f"{uri}: {self.reason}",)

    def __reduce__(self) -> tuple[type["Refusal"], tuple[str, str]]:
        return (type(self), (self.uri, self.reason))  # engines send errors between processes


class Unreadable(Refusal):
    """A file that is broken, contradicts itself, or may not be opened: it goes to quarantine with its `reason`."""


_ISAL: type[Exception] = IsalError  # type: ignore[assignment] # its stub calls the class an instance
BAD_ARCHIVE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, _ISAL, EOFError, KeyError)
BROKEN = (
    OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, RuntimeError,
    MemoryError, SyntaxError, tokenize.TokenError, struct.error, *BAD_ARCHIVE,
)  # fmt: skip
"""What the libraries that read formats raise on bytes that nobody foresaw."""


def line(error: BaseException) -> str:
    """The first line of what an error says; its type where it says nothing."""
    text = " ".join(str(error).split())
    return text[:200] if text else type(error).__name__


def fault(error: BaseException) -> str:
    """What a library's error says of a file, up to the first quote or colon: values that follow may name a person. Of a
    file that cannot be opened all of it, which is that file's name."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{type(error).__name__}: {line(error)}"
    said = re.split(r"[:\"<\n]|(?<!\w)'|\bb'", str(error), maxsplit=1)[0].strip(" (,.=")
    return f"{type(error).__name__} ({said[:120]})" if said else type(error).__name__
