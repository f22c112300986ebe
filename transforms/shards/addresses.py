"""Names of files, folders and people in a sample, as they leave: as published, or as keyed pseudonyms part by part."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from schemas import Record, SourceFile
from transforms.text.people.lists import kind_of

VERSION = "1"
Mode = Literal["source", "detect", "all"]
"""Which parts of a path are replaced: none, those that name a person, all."""
Pseudonym = Callable[[str], str]

_ENDING = re.compile(r"(?:\.(?!\d+\.)[A-Za-z0-9]{1,6}){1,2}$")
_WORDS = re.compile(r"[A-ZÀ-Þ]+(?![a-zà-ÿ])|[A-ZÀ-Þ]?[a-zà-ÿ]+")
_NUMBER = re.compile(r"(?i:MRN|SSN|DOB)[-_ ]?\d{4,}|\d{3}-\d{2}-\d{4}|[\w.+-]+@[\w-]+\.\w+")
_BORN = re.compile(r"(?<!\d)(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])(?!\d)")


@lru_cache(maxsize=1 << 14)  # a folder's name comes with each of its files
def personal(part: str) -> bool:
    """Whether one part of a path names a person: two words that are names, one beside a date or beside nothing but an
    unknown word, or the number of a record or an address that says so."""
    stem = _ENDING.sub("", part)
    words = [word for word in _WORDS.findall(stem) if len(word) > 2]
    named = [word for word in words if kind_of(word) == "name"]
    things = [word for word in words if kind_of(word) == "eponym"]
    if (named and len(named) + len(things) > 1) or _NUMBER.search(part) or (named and _BORN.search(stem)):
        return True
    rest = [word for word in words if kind_of(word) != "name"]
    return len(named) == len(rest) == 1 and kind_of(rest[0]) == "other" and stem[:1].isupper() and rest[0][:1].isupper()


def shown(path: str, mode: Mode, pseudonym: Pseudonym) -> str:
    """A path as it leaves. A file keeps its ending, which says what it is."""
    if mode == "source":
        return path
    return "/".join(_part(part, mode, pseudonym) for part in path.split("/"))


def _part(part: str, mode: Mode, pseudonym: Pseudonym) -> str:
    if not part or part in (".", "..") or (mode == "detect" and not personal(part)):
        return part
    ending = _ENDING.search(part)
    return f"p-{pseudonym(part)}{ending.group() if ending else ''}"


def file_shown(source: SourceFile, mode: Mode, pseudonym: Pseudonym) -> SourceFile:
    """A source file by its address as it leaves; its bytes and sums stay."""
    member = source.member if source.member is None else shown(source.member, mode, pseudonym)
    return source.model_copy(update={"uri": shown(source.uri, mode, pseudonym), "member": member})


def subject_shown(subject: str, mode: Mode, pseudonym: Pseudonym) -> str:
    """A subject as it leaves: its space is public, its name may come from a folder."""
    space, _, name = subject.partition("/")
    return f"{space}/{shown(name, mode, pseudonym)}"


def record_shown(record: Record, mode: Mode, pseudonym: Pseudonym) -> Record:
    """A record that leaves with a sample whose pixels do not."""
    sources = tuple(file_shown(source, mode, pseudonym) for source in record.sources)
    return record.model_copy(update={"sources": sources, "subject": subject_shown(record.subject, mode, pseudonym)})


def fields_shown(fields: dict[str, Any], mode: Mode, pseudonym: Pseudonym) -> dict[str, Any]:
    """The fields of a candidate with its addresses as they leave."""
    if mode == "source":
        return fields
    made = fields["provenance"]
    sources = tuple(file_shown(source, mode, pseudonym) for source in made.sources)
    study, group = fields["study"], fields["group"]
    if group is not None:
        whose = [one.subject and subject_shown(one.subject, mode, pseudonym) for one in group.members]
        pairs = zip(group.members, whose, strict=True)
        members = tuple(one.model_copy(update={"subject": who}) for one, who in pairs)
        group = group.model_copy(update={"members": members})
    return fields | {
        "group": group,
        "provenance": made.model_copy(update={"sources": sources}),
        "subject": subject_shown(fields["subject"], mode, pseudonym),
        "study": study if study is None else shown(study, mode, pseudonym),
    }
