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


_QUOTED = re.compile(r"b?(?<!\w)'(?P<one>[^'\n]*)'|b?\"(?P<two>[^\"\n]*)\"")
_KEPT = re.compile(
    r"(?:[\w./-]+/)?[\w.-]+\.[A-Za-z0-9]{2,4}|utf-?8|ascii|latin-?1|[a-z-]{1,9}codec|[A-Z]{2}|"
    r"\(?[0-9a-fA-F]{4},[0-9a-fA-F]{4}\)?"
)
_TYPED = re.compile(r"(?:object|module|type) (?:has no attribute )?$|(?:attribute|column|array|field|key|ROI) $")
_LONG = re.compile(r"\d{6,}")


def masked(text: str) -> str:
    """What a library says of a file, without the values that it quotes of it, which may be a name or a number of
    somebody; names of files, of codecs, of columns, arrays and attributes stay."""

    def mask(found: re.Match[str]) -> str:
        inner = found.group("one") if found.group("one") is not None else found.group("two")
        typed = _TYPED.search(text[: found.start()]) or text[found.end() :].startswith(" object")
        return found.group() if typed or _KEPT.fullmatch(inner) else "'...'"

    return _LONG.sub("...", _QUOTED.sub(mask, text))


def bare(text: str) -> str:
    """The same of nothing but a library's words, which also end in a value without quotes: "invalid value: Miller"."""
    return _VALUE.sub(r"\1...", masked(text))


_VALUE = re.compile(
    r"(\b(?:value|values|line|field|string|literal|date|time|number|name|token|entry|key)\b[^:]{0,40}: ).+$"
)


def foreign(error: BaseException) -> bool:
    """Whether an error, or the one that it was made of, was raised by a library and so may quote a file's values."""
    if isinstance(error.__cause__, BaseException):
        return not isinstance(error.__cause__, Refusal) or foreign(error.__cause__)
    if isinstance(error, Refusal):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and not trace.tb_frame.f_globals.get("__name__", "").startswith(_OURS)


_OURS = ("raw.", "connectors.", "transforms.", "pipelines.", "schemas.", "catalog.")


def line(error: BaseException) -> str:
    """The first line of what an error says, without a file's values where it is a library's; its type where it says
    nothing."""
    said = " ".join(str(error).split())
    text = bare(said) if foreign(error) else said
    return text[:200] if text else type(error).__name__


def fault(error: BaseException) -> str:
    """What a library's error says of a file, up to the first quote or colon: values that follow may name a person. Of a
    file that cannot be opened all of it, which is that file's name."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{type(error).__name__}: {line(error)}"
    said = re.split(r"[:\"<\n]|(?<!\w)'|\bb'", str(error), maxsplit=1)[0].strip(" (,.=")
    return f"{type(error).__name__} ({said[:120]})" if said else type(error).__name__
