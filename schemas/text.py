"""A text and the claims in it."""

from typing import Literal

from schemas.base import Model

Register = Literal["report", "caption", "instruction", "patient"]
"""Whom a text speaks to: a colleague, a reader of figures, somebody who learns to look, the person shown."""
Checked = Literal["supported", "uncheckable"]
"""What became of a source's words: facts bear out all that could be read in them, or not all of it can be checked."""


class Claim(Model):
    """The characters [start, end) of a text assert the fact of that id."""

    span: tuple[int, int]
    fact: str


class Text(Model):
    text: str
    claims: tuple[Claim, ...] = ()


class RegionText(Model):
    region: str
    text: str
    claims: tuple[Claim, ...] = ()


class MediaText(Model):
    """The description of one medium of a group, as of the sample that shows it alone."""

    media: str
    text: str
    claims: tuple[Claim, ...] = ()
