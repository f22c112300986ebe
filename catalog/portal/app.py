"""The web pages: the catalogue, the corpora at hand, and every sample with what each sentence points at."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException

import catalog
from catalog import by_hand
from catalog.portal import corpus_page, datasets_page, folders, tables
from catalog.portal import mosaic as mosaics
from catalog.portal import reel as reels
from catalog.portal.index import ShardError
from catalog.portal.shards import CorpusError
from catalog.portal.site import HEADERS, HERE, TYPES, Portal, answer
from catalog.search import Found
from schemas import DatasetCard, LabelSpace, canonical_json

PAGE = 60  # samples a page: five screens of a dense grid
LISTED = 100  # data sets a page
LONGEST, LONGEST_QUERY = 2_000, 400
"""Characters of an address, and of what is searched for: each word that no card has is compared with thousands."""


def _short(request: Request) -> None:
    """Raises HTTPException 414 for an address or a query that nobody types."""
    if max(len(request.url.path), len(request.url.query)) > LONGEST:
        raise HTTPException(414, f"This address is too long: {LONGEST} characters are read.")
    if len(request.query_params.get("q", "")) > LONGEST_QUERY:
        raise HTTPException(414, f"This query is too long: {LONGEST_QUERY} characters are read.")


def create_app(
    workspaces: Sequence[Path],
    *,
    cards: Mapping[str, DatasetCard] | None = None,
    space: LabelSpace | None = None,
    frozen: bool = False,
) -> FastAPI:
    """The portal over some workspaces; one without `shards/` shows the catalogue alone.

    `cards` and `space` are the catalogue's own unless given. `frozen` makes pages that filter in the
    browser, for `freeze`.
    """
    portal = Portal(workspaces, catalog.cards() if cards is None else cards, space or catalog.labelspace(), frozen)
    app = FastAPI(title="Triptych", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(_short)])
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    _catalogue_routes(app, portal)
    _corpus_routes(app, portal)
    _sample_routes(app, portal)
    _run_routes(app, portal)
    _error_pages(app, portal)
    return app


def _filters(request: Request, names: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: chosen for name in names if (chosen := request.query_params.getlist(name))}


def _search(request: Request, portal: Portal) -> tuple[str, Found | None]:
    """What is searched for, and what that finds; None where nothing is."""
    text = request.query_params.get("q", "").strip()
    return text, portal.index.find(text) if text else None


def _ids(found: Found | None) -> list[str] | None:
    """What a search found, those that lack one thing last; None where nothing was searched for."""
    return None if found is None else [*found.ids, *found.partly]


def _whole(rows: Sequence[datasets_page.Row], found: Found | None) -> int | None:
    """How many have all that was asked for; None where each has it."""
    if found is None or not found.partly:
        return None
    return sum(row.card.id not in found.partly for row in rows)


def _query(request: Request, *without: str) -> str:
    """The query of the address but for some of its keys, and with a `&` behind it where anything is left."""
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key not in without]
    return f"{urlencode(pairs)}&" if pairs else ""


def _paged(count: int, page: int, size: int | None) -> tuple[int, int, int, int]:
    """The page nearest to the one asked for, how many there are, and where its rows begin and end."""
    size = size or max(count, 1)
    pages = max(1, -(-count // size))
    page = min(max(page, 1), pages)
    return page, pages, (page - 1) * size, page * size


def _catalogue_routes(app: FastAPI, portal: Portal) -> None:
    @app.get("/")
    def datasets(request: Request, page: int = 1, sort: str | None = None) -> Response:
        if sort not in (None, *datasets_page.ORDERS):
            raise HTTPException(400, f"There is no order {sort!r}. There are: {', '.join(datasets_page.ORDERS)}.")
        corpora, faults = portal.corpora()
        table, filters = portal.table(corpora), _filters(request, datasets_page.FACETS)
        text, found = _search(request, portal)
        ids = _ids(found)
        rows = table.matching(filters, ids, sort)
        page, pages, start, stop = _paged(len(rows), page, None if portal.frozen else LISTED)
        near = sorted({word for words in found.near.values() for word in words}) if found else []
        return portal.page(
            request, "datasets.html", rows=rows[start:stop], count=len(rows), total=len(table.rows), text=text,
            facets=table.facets(filters, ids), filtered=bool(filters or text), corpora=corpora, faults=faults,
            near=near, words=portal.index.words, partly=found.partly if found else {}, whole=_whole(rows, found),
            sort=sort, orders=datasets_page.ORDERS, unsorted=_query(request, "page", "sort"), current=page, pages=pages,
            query=_query(request, "page"),
        )  # fmt: skip

    @app.get("/api/datasets")
    def datasets_json(request: Request) -> Response:
        table = portal.table(portal.corpora()[0])
        rows = table.matching(_filters(request, datasets_page.FACETS), _ids(_search(request, portal)[1]))
        return answer(request, b"[" + b",".join(row.json for row in rows) + b"]", "application/json")

    @app.get("/datasets/{name}")
    def dataset(request: Request, name: str) -> Response:
        if name not in portal.cards:
            raise HTTPException(404, f"There is no card {name!r} in catalog/datasets/.")
        card = portal.cards[name]
        sound, _ = portal.corpora()
        holding = [
            (corpus, corpus.index.count({"dataset": [name]}), corpus.index.search({"dataset": [name]}, limit=10))
            for corpus in sound.values()
        ]
        return portal.page(
            request, "dataset.html", card=card, row=portal.table(sound).row(name), space=portal.space,
            corpora=[found for found in holding if found[1]], folders=folders.tree(card),
            by_hand=by_hand.steps(card, Path("data/raw")), cards=portal.cards,
            related=datasets_page.related(card, portal.cards),
        )  # fmt: skip


def _corpus_routes(app: FastAPI, portal: Portal) -> None:
    @app.get("/corpora")
    def corpora(request: Request) -> Response:
        found, faults = portal.corpora()
        views = [(c, corpus_page.overview(c, portal.cards)) for c in found.values()]
        return portal.page(request, "corpora.html", corpora=views, faults=faults)

    @app.get("/corpora/{name}")
    def corpus(request: Request, name: str, page: int = 1, q: str = "") -> Response:
        found = portal.corpus(name)
        filters, text = _filters(request, corpus_page.FACETS), q.strip()
        limit = None if portal.frozen else PAGE
        count = found.index.count(filters, text)
        page, pages, start, _ = _paged(count, page, limit)
        return portal.page(
            request, "corpus.html", corpus=found, view=corpus_page.overview(found, portal.cards), text=text,
            facets=corpus_page.facets(found, filters, text),
            tiles=found.index.search(filters, text, limit, start),
            count=count, current=page, pages=pages, query=_query(request, "page"), filtered=bool(filters or text),
            plots=found.plots(), licences=found.document("LICENSES.md"), cards=portal.cards,
            test_sets=corpus_page.test_sets(found, portal.cards),
            report=found.workspace is not None and tables.report(found.workspace) is not None,
        )  # fmt: skip

    @app.get("/corpora/{name}/files/{file}")
    def fetched(name: str, file: str) -> Response:
        found = portal.corpus(name)
        if file not in found.files:
            raise HTTPException(404, f"No file {file!r} in {name}.")
        return FileResponse(found.root / file, filename=file, headers=HEADERS)

    @app.get("/corpora/{name}/stats/{plot}")
    def plot(request: Request, name: str, plot: str) -> Response:
        found = portal.corpus(name)
        if plot not in found.plots():
            raise HTTPException(404, f"No plot {plot!r} in {name}.")
        return answer(request, (found.root / "stats" / plot).read_bytes(), TYPES["svg"])


def _sample_routes(app: FastAPI, portal: Portal) -> None:
    @app.get("/corpora/{name}/samples/{file}")
    def sample(request: Request, name: str, file: str) -> Response:
        """KEY is the page; KEY.EXT is the member as the shard holds it."""
        key, _, ext = file.partition(".")
        if ext.startswith(f"{reels.SLICE}-"):
            return _slice_of(request, portal, name, key, ext)
        return _member(request, portal, name, key, ext) if ext else page(request, name, key)

    def page(request: Request, name: str, key: str) -> Response:
        found = portal.corpus(name)
        sample = portal.sample(found, key)
        members = found.index.members(key)
        before, after = found.index.neighbours(key)
        return portal.page(
            request, "sample.html", corpus=found, card=portal.cards.get(sample.dataset), before=before, after=after,
            view=portal.view(found, sample, members), sample=sample, members=members, reel=portal.reel(found, sample),
        )  # fmt: skip

    @app.get("/corpora/{name}/thumbs/{file}")
    def thumb(request: Request, name: str, file: str) -> Response:
        key = file.removesuffix(".jpg")
        at = portal.corpus(name).index.locate(key, "json")
        data = portal.thumbnail(name, key, at.stamp) if at else None
        if at is None or data is None:
            raise HTTPException(404, f"No picture of {key!r} in {name}.")
        return answer(request, data, TYPES["jpg"])

    @app.get("/api/corpora/{name}/samples/{key}")
    def sample_json(request: Request, name: str, key: str) -> Response:
        return _member(request, portal, name, key, "json")


def _member(request: Request, portal: Portal, name: str, key: str, ext: str) -> Response:
    """KEY.EXT as the shard holds it; of a group also its mosaic."""
    found = portal.corpus(name)
    at = found.index.locate(key, "json" if ext == mosaics.NAME else ext)
    several = portal.mosaic(name, key, at.stamp) if at and ext == mosaics.NAME else None
    data = several.png if several else found.read(key, ext)
    if at is None or data is None:
        raise HTTPException(404, f"No member {key}.{ext} in {name}.")
    kind = TYPES.get(ext.rpartition(".")[2], "application/octet-stream")
    return answer(request, data, kind, etag=f"{at.stamp}-{at.offset:x}{'-mosaic' if several else ''}")


def _slice_of(request: Request, portal: Portal, name: str, key: str, ext: str) -> Response:
    """KEY.slice-N.png?low=L&high=H: one slice of a volume under a window."""
    at = portal.corpus(name).index.locate(key, "json")
    volume = portal.volume(name, key, at.stamp) if at else None
    number = ext.removeprefix(f"{reels.SLICE}-").removesuffix(".png")
    if at is None or volume is None or not number.isdecimal():
        raise HTTPException(404, f"No slice {ext} of {key!r} in {name}.")
    asked = request.query_params
    try:
        low, high = (float(asked.get(end, own)) for end, own in zip(("low", "high"), volume.window, strict=True))
        data = volume.slice(int(number), low, high)
    except (ValueError, IndexError) as error:
        raise HTTPException(404, f"{key}.{ext}: {error}") from error
    return answer(request, data, TYPES["png"], etag=f"{at.stamp}-{number}-{low:g}-{high:g}")


def _run_routes(app: FastAPI, portal: Portal) -> None:
    @app.get("/quarantine")
    def quarantine(request: Request) -> Response:
        rows = tables.quarantine(portal.library.workspaces)
        return portal.page(request, "quarantine.html", rows=rows[:2000], total=len(rows), reasons=tables.reasons(rows))

    @app.get("/run")
    def run(request: Request) -> Response:
        reports = [(path.name, report) for path in portal.library.workspaces if (report := tables.report(path))]
        found = [(name, report, tables.stages(report)) for name, report in reports]
        return portal.page(request, "run.html", reports=found)


def _error_pages(app: FastAPI, portal: Portal) -> None:
    def failed(request: Request, status: int, message: str) -> Response:
        if request.url.path.startswith("/api/"):
            return answer(request, canonical_json({"error": message}).encode(), "application/json", status=status)
        return portal.page(request, "error.html", status=status, code=status, message=message)

    @app.exception_handler(StarletteHTTPException)
    def missing(request: Request, error: StarletteHTTPException) -> Response:
        return failed(request, error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return failed(request, 400, f"{first['loc'][-1]}={first['input']}: {first['msg']}.")

    @app.exception_handler(CorpusError)
    @app.exception_handler(ShardError)
    def broken(request: Request, error: Exception) -> Response:
        return failed(request, 500, str(error))


def serve(workspaces: Sequence[Path], port: int = 8000, host: str = "127.0.0.1") -> None:
    """Serves the portal on this machine until it is interrupted."""
    uvicorn.run(create_app(workspaces), host=host, port=port, log_level="warning")
