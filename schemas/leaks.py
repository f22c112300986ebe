"""What comparisons of a published corpus with test sets came to, as it lies beside the corpus."""

from pathlib import Path

from schemas.base import Model


class Compared(Model):
    """How much of a corpus, or of one split of it, is in a copy of a test set. `refused`: files of either side that
    could not be read and so were not compared."""

    test_set: str
    split: str | None = None
    people: int
    files: int
    pairs: int
    questions: int
    refused: int

    @property
    def told(self) -> str:
        """In words."""
        shared = {"subjects": self.people, "source files": self.files, "pairs of pictures or scans": self.pairs,
                  "questions": self.questions}  # fmt: skip
        counts = ", ".join(f"{count} {name}" for name, count in shared.items() if count) or "nothing"
        unread = f"; {self.refused} files were not read" if self.refused else ""
        return f"{counts} in both{f' ({self.split} alone was compared)' if self.split else ''}{unread}"


class Comparisons(Model):
    """`manifest`: the SHA-256 of the manifest of the corpus that was compared: of another one nothing is known."""

    manifest: str
    compared: tuple[Compared, ...] = ()


def beside(folder: Path) -> Path:
    """Where the outcomes of a folder of shards lie: next to it, for its own files are summed and may be signed."""
    whole = folder.resolve()
    return whole.with_name(f"{whole.name}.leaks.json")


def comparisons(folder: Path, manifest: str) -> Comparisons:
    """The outcomes of a corpus; none where it was not compared since it has this manifest."""
    path = beside(folder)
    return of_manifest(path.read_bytes() if path.is_file() else None, manifest)


def of_manifest(data: bytes | None, manifest: str) -> Comparisons:
    """The same of what stands in that file, None where there is none."""
    found = Comparisons(manifest=manifest) if data is None else Comparisons.model_validate_json(data)
    return found if found.manifest == manifest else Comparisons(manifest=manifest)
