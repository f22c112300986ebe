"""Jobs of a language model on a scene that has its grounded words: one a file, registered by existing (base.py).

Whoever asks the model is not here: `work` hands out what is to be asked and takes the answers.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple, cast

from schemas import Answer, Model, ModelSpec, Request, TextMaker, content_key
from transforms import plugins
from transforms.text.answers import RefusedError, data_of
from transforms.text.jobs.base import Job, Material, Reading
from transforms.text.prompts import Prompt, prompt

TRIES = 2
"""An answer that the facts contradict is asked for once more, with the contradiction named."""


class Asked(NamedTuple):
    """A request, for which job and which time it is."""

    job: str
    attempt: int
    prompt_sha256: str
    request: Request


class Made(Model):
    """What became of a job on a scene. `why` it was refused; `calls`: the keys of the calls it took; `wrong`: what the
    first answer was contradicted by; `dropped`: sentences that went while the rest stands; `left`: the words that are
    new in the scene; `score`: of a job that judges."""

    job: str
    outcome: str
    why: str = ""
    calls: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    score: float | None = None


class FailedError(RuntimeError):
    """A call that has no answer. `key`: that of the call."""

    def __init__(self, job: str, key: str, reason: str) -> None:
        super().__init__(f"{job}: the model gave no answer: {reason}")
        self.job, self.key = job, key


def job(name: str) -> Job:
    """One job. Raises KeyError that lists what there is."""
    return cast(Job, plugins.module(__name__, name))


def names() -> tuple[str, ...]:
    """The jobs that there are, sorted."""
    return plugins.names(__name__)


Work = Generator[Asked, Answer, tuple[Material, tuple[Made, ...]]]


def work(material: Material, jobs: Sequence[str], model: ModelSpec, seed: int, picture: bytes | None) -> Work:
    """The jobs on a scene, one after the other: yields what is to be asked, is sent the answers, and returns the words
    as they stand then. `picture`: a PNG, for those that show it. Raises FailedError where there is no answer."""
    made: list[Made] = []
    for name in jobs:
        first = next(first_requests(material, [name], model, seed, picture), None)
        if first is None:
            continue
        reading, calls, wrong = yield from _one(job(name), prompt(name), first, material, model)
        outcome = "refused" if reading.done is None else "accepted" if len(calls) == 1 else "repaired"
        done = reading.done or material
        before = _words(material)
        left = tuple(words for words in _words(done) if words not in before)
        made.append(Made(job=name, outcome=outcome, why=reading.why, calls=calls, wrong=wrong, dropped=reading.dropped,
                         left=left, score=reading.score))  # fmt: skip
        material = done
    return material, tuple(made)


def _words(material: Material) -> tuple[str, ...]:
    """The texts that a job may put something in the place of, or beside."""
    told = material.description
    talks = (" ".join(turn.text for turn in one.turns) for one in material.dialogues)
    reasons = (one.prose.text for one in material.dialogues if one.prose is not None)
    return (told.overall.text, *(one.text for one in told.written), *talks, *reasons)


def first_requests(
    material: Material, jobs: Sequence[str], model: ModelSpec, seed: int, picture: bytes | None
) -> Iterator[Request]:
    """What the jobs ask first of a scene as it is."""
    for name in jobs:
        given = job(name).given(material)
        if given is not None:
            own = int(content_key(seed, material.scene.key, name)[:7], 16)
            images = (picture,) if picture is not None and job(name).SHOWS else ()
            asked = prompt(name).request(given, images, own)
            most = min(asked.max_tokens, model.answer_tokens or asked.max_tokens)
            yield asked.model_copy(update={"max_tokens": most})


def _one(
    own: Job, told: Prompt, request: Request, material: Material, model: ModelSpec
) -> Generator[Asked, Answer, tuple[Reading, tuple[str, ...], tuple[str, ...]]]:
    maker = TextMaker(
        backend=model.backend, model=model.name, revision=model.revision, prompt_sha256=told.sha256, seed=request.seed
    )
    calls: list[str] = []
    wrong: tuple[str, ...] = ()
    for attempt in range(1, TRIES + 1):
        answer = yield Asked(own.NAME, attempt, told.sha256, request)
        calls.append(request.key(model.identity))
        if answer.finish == "error":
            raise FailedError(own.NAME, calls[-1], answer.error or "no reason given")
        try:
            reading = own.read(data_of(answer, told.answer), material, maker)
        except RefusedError as error:
            reading = Reading(None, str(error))
        if reading.done is not None or not reading.wrong or attempt == TRIES:
            break
        wrong, request = reading.wrong, told.again(request, answer, reading.wrong)
    return reading, tuple(calls), wrong
