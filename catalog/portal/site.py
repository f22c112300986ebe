"""What all pages share: the cards, the corpora at hand, the templates, and how an answer is given."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from nibabel.filebasedimages import ImageFileError
from pydantic import ValidationError

from catalog.portal import corpus_page, datasets_page, pictures, sample_page, words
from catalog.portal import mosaic as mosaics
from catalog.portal import reel as reels
from catalog.portal.index import MEND, ShardError
from catalog.portal.shards import Corpus, CorpusError, Library
from catalog.search import Index
from schemas import DatasetCard, LabelSpace, Sample

HERE = Path(__file__).parent
TYPES = {
    "json": "application/json", "png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}  # fmt: skip
# Everything comes from here: no script, font or picture of another host, and no script inside a page.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",  # kept, but asked for again: a rebuilt corpus shows at once
}


class Portal:
    """What the routes share: the cards, the corpora and the templates."""

    def __init__(
        self, workspaces: Sequence[Path], cards: Mapping[str, DatasetCard], space: LabelSpace, frozen: bool
    ) -> None:
        self.library, self.cards, self.space, self.frozen = Library(workspaces), cards, space, frozen
        self.index = Index(cards, space)
        self._table: tuple[dict[str, int], datasets_page.Table] | None = None
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals.update(frozen=frozen, number=words.number, brace=corpus_page.brace)
        self.templates.filters.update(number=words.number, some=words.some, size=words.size_text, json=words.json_text)
        self.thumbnail = lru_cache(maxsize=512)(self._thumbnail)
        self.mosaic = lru_cache(maxsize=4)(self._mosaic)
        self.volume = lru_cache(maxsize=2)(self._volume)

    def page(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        html = self.templates.get_template(template).render(path=request.url.path, **context)
        return answer(request, html.encode(), "text/html; charset=utf-8", status=status)

    def corpora(self) -> tuple[dict[str, Corpus], list[str]]:
        """Those of which every shard can be looked up; of the others what is wrong, with the next action."""
        found, faults = self.library.corpora()
        sound = {}
        for name, corpus in found.items():
            try:
                corpus.index.values("dataset", {})
                sound[name] = corpus
            except (CorpusError, ShardError) as error:
                faults.append(str(error))
        return sound, faults

    def corpus(self, name: str) -> Corpus:
        """Raises HTTPException 404, and CorpusError where a corpus that cannot be read may be the one."""
        found, faults = self.library.corpora()
        if name not in found and faults:
            raise CorpusError("; ".join(faults))
        if name not in found:
            raise HTTPException(404, f"There is no corpus {name!r} here. There are: {', '.join(found) or 'none'}.")
        return found[name]

    def table(self, corpora: Mapping[str, Corpus]) -> datasets_page.Table:
        """The list of data sets; made anew where the corpora at hand have others, or more of them."""
        samples = _samples_by_dataset(corpora.values())
        if self._table is None or self._table[0] != samples:
            self._table = samples, datasets_page.Table(datasets_page.rows(self.cards, self.space, samples))
        return self._table[1]

    def sample(self, corpus: Corpus, key: str) -> Sample:
        """Raises HTTPException 404 for an unknown key, ShardError for a member that is no sample."""
        data = corpus.read(key, "json")
        if data is None:
            raise HTTPException(
                404, f"No sample {key!r} in {corpus.name}. If it was dropped, `triptych explain {key}` says why."
            )
        try:
            return Sample.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            raise ShardError(
                f"{corpus.root}: {key}.json is not triptych/sample/1 ({error.error_count()} problems, first: "
                f"{'.'.join(map(str, first['loc']))}: {first['msg']}): {MEND} {corpus.root}`"
            ) from error

    def _thumbnail(self, corpus: str, key: str, stamp: str) -> bytes | None:
        """`stamp` is that of the shard: a changed shard is a new picture."""
        found = self.corpus(corpus)
        sample = self.sample(found, key)
        several = self.mosaic(corpus, key, stamp)
        with decoding(found, key):
            if several is not None:
                return pictures.drawn(several.sample(sample), several.png, several.masks)
            return pictures.thumbnail(sample, lambda ext: found.read(key, ext))

    def view(self, corpus: Corpus, sample: Sample, members: Sequence[str]) -> sample_page.SampleView:
        at = corpus.index.locate(sample.key, "json")
        several = self.mosaic(corpus.name, sample.key, at.stamp) if at else None
        if several is not None:
            view = sample_page.view(several.sample(sample), several.masks, [mosaics.NAME])
            return view if view.group else replace(view, lead=[sample.split, *mosaics.lead(sample)])
        with decoding(corpus, sample.key):
            masks = pictures.index_masks(sample, lambda ext: corpus.read(sample.key, ext))
        return sample_page.view(sample, pictures.region_masks(sample, masks), members)

    def _mosaic(self, corpus: str, key: str, stamp: str) -> mosaics.Mosaic | None:
        """A sample of several pictures as one."""
        found = self.corpus(corpus)
        with decoding(found, key):
            return mosaics.mosaic(self.sample(found, key), lambda ext: found.read(key, ext))

    def _volume(self, corpus: str, key: str, stamp: str) -> reels.Volume | None:
        """A sample's volume, to be looked at slice by slice."""
        found = self.corpus(corpus)
        with decoding(found, key):
            return reels.volume(self.sample(found, key), lambda ext: found.read(key, ext))

    def reel(self, corpus: Corpus, sample: Sample) -> reels.Reel | None:
        """What of a sample can be scrolled or played; nothing where pages are files."""
        at = None if self.frozen else corpus.index.locate(sample.key, "json")
        if at is None or sample.view.frame != "volume":
            return None if at is None else reels.frames(sample)
        found = self.volume(corpus.name, sample.key, at.stamp)
        return found.reel if found else None


def _samples_by_dataset(corpora: Iterable[Corpus]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for corpus in corpora:
        for dataset, (count, _) in corpus.index.values("dataset", {}).items():
            counts[dataset] = counts.get(dataset, 0) + count
    return counts


@contextmanager
def decoding(corpus: Corpus, key: str) -> Iterator[None]:
    """Over whatever decodes members of a sample: what libraries raise of broken ones is a ShardError."""
    try:
        yield
    except ShardError:
        raise
    except (OSError, EOFError, ValueError, SyntaxError, zlib.error, ImageFileError) as error:
        told = f"{corpus.root}: {key}: a picture or volume of it cannot be read ({error}): {MEND} {corpus.root}`"
        raise ShardError(told) from error


def answer(request: Request, body: bytes, media_type: str, etag: str | None = None, status: int = 200) -> Response:
    """The body, or 304 where the reader already has it. Without `etag` the tag is the hash of the body."""
    tag = f'"{etag or hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {**HEADERS, "ETag": tag}
    if status == 200 and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, status_code=status, media_type=media_type, headers=headers)
