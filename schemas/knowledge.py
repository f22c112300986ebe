"""What is written elsewhere about a concept, and how a text that leans on it says so."""

from schemas.base import Model


class Citation(Model):
    """Where a passage that a text was written with comes from. `passage`: its id; `url`: the term at its source."""

    passage: str
    title: str
    source: str
    version: str
    licence: str
    url: str


class Passage(Model):
    """What a source says of one thing, in the source's own words. `id`: the term, "SYSTEM:code"; `codes`: that one and
    those of other systems that the source holds for the same; `licence`: an SPDX expression, or LicenseRef-NAME."""

    id: str
    codes: tuple[str, ...]
    title: str
    text: str
    synonyms: tuple[str, ...] = ()
    source: str
    version: str
    licence: str
    url: str

    def cited(self) -> Citation:
        return Citation(
            passage=self.id, title=self.title, source=self.source, version=self.version, licence=self.licence,
            url=self.url,
        )  # fmt: skip
