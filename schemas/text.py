"""A text and the claims in it."""

from schemas.base import Model


class Claim(Model):
    """The characters [start, end) of a text assert the fact of that id."""

    span: tuple[int, int]
    fact: str


class Text(Model):
    text: str
    claims: tuple[Claim, ...] = ()
