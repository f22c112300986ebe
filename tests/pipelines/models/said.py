"""What a scripted model answers to our prompts."""

import json
import re
from typing import Any

_DATA = re.compile(r"<data>\s*(.*?)\s*</data>", re.DOTALL)


JOBS = {"text": "rewrite", "caption": "caption", "descriptors": "descriptors", "questions": "questions",
        "verdicts": "judge"}  # fmt: skip


def job_of(body: dict[str, Any]) -> str:
    """Which job asks."""
    schema = body["response_format"]["json_schema"]["schema"]
    (wanted,) = schema["required"]
    if wanted == "sentences":
        return "reasoning" if "step" in schema["properties"][wanted]["items"]["properties"] else "translate"
    return JOBS[wanted]


def words_of(body: dict[str, Any]) -> str:
    """The words of the first question."""
    content = body["messages"][1]["content"]
    return content if isinstance(content, str) else content[-1]["text"]


def data_of(body: dict[str, Any]) -> list[str]:
    """What stands between the marks of the first question."""
    return _DATA.findall(words_of(body))


def facts_of(body: dict[str, Any]) -> list[dict[str, str]]:
    """The facts of a question that gives any."""
    return json.loads(data_of(body)[0])


def true(body: dict[str, Any]) -> str:
    """An answer that says what it was given, and no more."""
    if job_of(body) == "rewrite":
        first, *rest = re.split(r"(?<=[.!?]) (?=[A-Z])", data_of(body)[0])
        return json.dumps({"text": " ".join([*rest, first])})
    if job_of(body) == "reasoning":
        return json.dumps({"sentences": [
            {"step": one["step"], "says": f"Now {one['says'][0].lower()}{one['says'][1:]}"}
            for one in json.loads(data_of(body)[0])["steps"]
        ]})  # fmt: skip
    if job_of(body) == "judge":
        return json.dumps({"verdicts": [
            {"sentence": one["number"], "verdict": "unsure" if one["number"] == 1 else "supported"}
            for one in json.loads(data_of(body)[1])
        ]})  # fmt: skip
    if job_of(body) == "descriptors":
        return json.dumps({"descriptors": [
            {"class": one["class"], "says": [fact["says"] for fact in one["facts"][:2]]}
            for one in json.loads(data_of(body)[0])
        ]})  # fmt: skip
    says = [one["says"] for one in facts_of(body)]
    if job_of(body) == "caption":
        return json.dumps({"caption": " ".join(says[:3])})
    return json.dumps({"questions": [asking(one) for one in facts_of(body)[:3]]})


def asking(fact: dict[str, str]) -> dict[str, str]:
    """A question for a fact that is given as a sentence such as "The area of the liver is 40 mm²."."""
    about = re.match(r"The (?P<what>[\w ]+ of [\w ]+?) is \S", fact["says"])
    question = f"What is the {about['what']}, as measured?" if about else "Which modality or kind of plane is this?"
    return {"fact": fact["id"], "question": question, "answer": fact["says"]}
