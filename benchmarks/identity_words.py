"""Short questions for `benchmarks.identity`: rewritten ones, and others that are easily taken for the same."""

from collections.abc import Callable, Iterator

SUBJECTS = (
    "mass", "fracture", "pleural effusion", "pneumothorax", "nodule", "cardiomegaly", "haemorrhage", "cyst", "oedema",
    "consolidation", "aneurysm", "tumour", "calcification", "atelectasis",
)  # fmt: skip
PLACES = ("left lung", "right lung", "liver", "left kidney", "right kidney", "brain", "spleen", "abdomen")
PATTERNS = (
    "Is there a {thing} in the {place}?", "Where is the {thing}?", "How many {thing}s are in the {place}?",
    "What is the size of the {thing} in the {place}?", "Does the {place} show a {thing}?",
    "Which side of the {place} has the {thing}?",
)  # fmt: skip
REWRITES: tuple[Callable[[str], str], ...] = (
    str.upper, str.lower, lambda text: f"<image>\n{text}", lambda text: f"  {text.rstrip('?')} ?",
    lambda text: f"{text} Answer with one word.", lambda text: text.replace(" the ", " "),
    lambda text: f"{text}\nA. yes\nB. no", lambda text: f"Please look at the scan. {text}",
    lambda text: text.replace("haemorrhage", "hemorrhage").replace("consolidation", "consolidtion"),
    lambda text: text.replace("tumour", "tumor").replace("oedema", "edema").replace("Is there a", "Is there any"),
)  # fmt: skip


def _every() -> Iterator[str]:
    for pattern in PATTERNS:
        for thing in SUBJECTS:
            for place in PLACES if "{place}" in pattern else PLACES[:1]:
                yield pattern.format(thing=thing, place=place)


def asked() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(question, the same rewritten), and (question, another one): with another side, place, finding or pattern."""
    every = list(dict.fromkeys(_every()))
    same = [(text, REWRITES[n % len(REWRITES)](text)) for n, text in enumerate(every)]
    other = []
    for n, text in enumerate(every):
        other.append((text, every[(n + 1) % len(every)]))
        if "left" in text:
            other.append((text, text.replace("left", "right")))
    return same, other
