"""Reports by their sections, as fields: what a source's texts of one study are together."""

from collections.abc import Iterator, Sequence

from schemas import Description, Group, Report, SourceText

FIELDS = {
    **{name: name for name in ("indication", "technique", "comparison", "findings", "impression")}, "rest": "report",
}  # fmt: skip
"""Field of a report -> kind of the texts in it."""


def with_source(description: Description, texts: Sequence[SourceText], group: Group | None) -> Description:
    """A description with what the source says, and the reports among that."""
    return description.model_copy(update={"source": tuple(texts), "reports": reports(texts, group)})


def reports(texts: Sequence[SourceText], group: Group | None) -> tuple[Report, ...]:
    """The report of the study that a sample is of, then that of the earlier one: each where there is one. Where an
    earlier study was asked for, each study that is shown has one, though no section be there."""
    return tuple(Report.model_validate({"prior": prior, **said}) for prior, said in _said(texts, group))


def is_prior(text: SourceText, group: Group | None) -> bool:
    """Whether a text is of the earlier study of a group."""
    return group is not None and bool(text.media) and set(text.media) <= set(group.earlier)


def _said(texts: Sequence[SourceText], group: Group | None) -> Iterator[tuple[bool, dict[str, str | int | None]]]:
    for prior in (False, True):
        own = [one for one in texts if one.kind != "caption" and is_prior(one, group) is prior]
        asked = group is not None and any(member.prior for member in group.members)
        shown = group is not None and (bool(group.earlier) or not prior)
        if own or (asked and shown):
            said = {name: "\n\n".join(one.text for one in own if one.kind == kind and one.text) or None
                    for name, kind in FIELDS.items()}  # fmt: skip
            yield prior, {**said, "left_out": sum(one.left_out for one in own)}
