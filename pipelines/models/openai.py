"""A server that speaks OpenAI's chat completions: `vllm serve`, llama.cpp's, SGLang, or a hosted one.

`params`: `concurrency`, calls on their way at once; `timeout`, seconds for one answer; `tries` of a call that the
server takes and does not answer; `patience`, seconds to wait for a server that is away or busy, after which the run
stops.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from itertools import islice
from typing import Any

import httpx
import tenacity

from pipelines.models.base import ModelAwayError, answer_of, chat, failed, from_environment, taken
from schemas import Answer, ModelSpec, Request

NAME = "openai"
NOTE = "Any server that speaks OpenAI's chat completions over HTTP (vllm serve, llama.cpp, SGLang, hosted ones)."
AT_ONCE = 32

PARAMS = {"concurrency": 16, "timeout": 120.0, "tries": 3, "patience": 300.0}
MOST_BYTES = 1 << 22
"""Of the body of an answer: what is longer is no answer to any of our questions, and is not read to its end."""
BUSY = (429, 503)
BARRED = {401: "the key is refused", 403: "the key does not allow it", 404: "no such address, or no such model"}
LONGEST_WAIT = 30.0


def unavailable() -> str | None:
    """Always None: a server is asked for when a recipe names it."""
    return None


class _BusyError(Exception):
    """A server that is not there, or has no time: no fault of the request."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class _FailedError(Exception):
    """A server that took the request and gave no answer to it."""


class Server:
    """Raises ModelAwayError where an address or a key is not given."""

    def __init__(self, spec: ModelSpec) -> None:
        self.params, self.name = taken(spec, PARAMS), spec.name
        url = from_environment(spec.url_env, "text.model.url_env") or spec.url
        if not url:
            raise ModelAwayError("text.model: openai needs url or url_env, such as http://127.0.0.1:8000/v1")
        key = from_environment(spec.key_env, "text.model.key_env")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.url = f"{url.rstrip('/')}/chat/completions"
        limits = httpx.Limits(max_connections=self.params["concurrency"])
        self.client = httpx.Client(timeout=float(self.params["timeout"]), headers=headers, limits=limits)

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """As `LanguageModel` has it. A server that goes away and comes back within `patience` costs time alone. No more
        than `concurrency` calls are on their way or answered and not taken yet."""
        left, stop = iter(enumerate(requests)), threading.Event()
        away: ModelAwayError | None = None
        with ThreadPoolExecutor(max_workers=int(self.params["concurrency"])) as pool:
            calls: dict[Future[Answer], int] = {}
            try:
                while True:
                    room = 0 if stop.is_set() else int(self.params["concurrency"]) - len(calls)
                    calls |= {pool.submit(self._call, one, stop): n for n, one in islice(left, room)}
                    if not calls:
                        break
                    done = next(as_completed(calls))
                    number = calls.pop(done)
                    try:
                        yield number, done.result()
                    except ModelAwayError as error:  # what the others are answered still counts
                        away = away or error
                        stop.set()
            finally:
                stop.set()
        if away is not None:
            raise away

    def _call(self, request: Request, stop: threading.Event) -> Answer:
        own = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_FailedError), reraise=True,
            stop=tenacity.stop_after_attempt(int(self.params["tries"])) | tenacity.stop_when_event_set(stop),
            wait=tenacity.wait_random_exponential(0.5, LONGEST_WAIT), sleep=tenacity.sleep_using_event(stop),
        )  # fmt: skip
        theirs = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_BusyError), wait=_wait, reraise=True,
            stop=tenacity.stop_after_delay(float(self.params["patience"])) | tenacity.stop_when_event_set(stop),
            sleep=tenacity.sleep_using_event(stop),
        )  # fmt: skip
        try:
            answer: Answer = own(theirs, self._once, request)
            return answer
        except _FailedError as error:
            return failed(str(error))
        except _BusyError as error:
            reason = f"{self.url}: {error} for {self.params['patience']:g} s; what is done is kept: start the server"
            raise ModelAwayError(f"{reason} and run the same command again") from error

    def _once(self, request: Request) -> Answer:
        try:
            with self.client.stream("POST", self.url, json=chat(request, self.name)) as response:
                self._judge(response)
                return _parsed(_read(response))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _BusyError("no server answers") from error
        except httpx.TimeoutException as error:
            raise _FailedError(f"no answer within {self.params['timeout']:g} s") from error
        except httpx.InvalidURL as error:
            raise ModelAwayError(f"text.model.url: {self.url}: {error}; correct it") from error
        except httpx.HTTPError as error:  # among them a connection that was closed in the middle of an answer
            raise _FailedError(f"{type(error).__name__}: {error}") from error

    def _judge(self, response: httpx.Response) -> None:
        code = response.status_code
        if code in BUSY:
            raise _BusyError(f"status {code}", _seconds(response.headers.get("Retry-After")))
        if code in BARRED:
            raise ModelAwayError(f"{self.url}: status {code}: {BARRED[code]}; see text.model of the recipe")
        if code >= 400:
            raise _FailedError(f"status {code}: {_read(response)[:200].decode(errors='replace')}")


def connect(spec: ModelSpec) -> Server:
    """The server that a recipe names."""
    return Server(spec)


def _parsed(body: bytes) -> Answer:
    try:
        return answer_of(json.loads(body))
    except ValueError as error:
        raise _FailedError(f"no JSON of a chat completion: {error}") from error


def _read(response: httpx.Response) -> bytes:
    body = b""
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise _FailedError(f"an answer of more than {MOST_BYTES} bytes")
    return body


def _seconds(given: str | None) -> float:
    """Of a Retry-After header (RFC 9110, 10.2.3), where it is a number; a date is left to our own patience."""
    return min(float(given), LONGEST_WAIT) if given and given.strip().isdigit() else 0.0


def _wait(state: Any) -> float:
    error = state.outcome.exception()
    own: float = tenacity.wait_random_exponential(0.2, LONGEST_WAIT)(state)
    return max(own, error.after if isinstance(error, _BusyError) else 0.0)
