"""What is said of an image against what is drawn on it: a finding without a region, a region without the finding."""

from collections.abc import Iterator

from schemas import LabelSpace, SpanShape
from transforms.audit.base import Case, Finding, kin

NAME = "labels"
DOES = "positive labels with an empty mask, and masks of what the label says is absent"


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        shown: dict[str, list[str]] = {}
        for item in case.shown:
            if isinstance(item.region.shape, SpanShape):
                continue  # where a text speaks of it, or when: nothing is drawn
            for slug in kin(self.space, item.region.concept):
                shown.setdefault(slug, []).append(item.region.key)
        for said in case.record.presence:
            slug = self.space.labelled(said.concept.label).slug
            if said.state == "absent" and slug in shown:
                yield Finding(
                    check=NAME, severity="error", paths=(case.path,), concept=said.concept.label,
                    text=f"the source says that {said.concept.label} is absent, and it is drawn",
                    regions=tuple(shown[slug]),
                )  # fmt: skip
            empty = self._empty(case, slug)
            if said.state == "present" and slug not in shown and empty:
                yield Finding(
                    check=NAME, severity="error", paths=(case.path, *empty), concept=said.concept.label,
                    text=f"the source says that {said.concept.label} is present, and {', '.join(empty)} shows nothing",
                )  # fmt: skip

    def end(self) -> Iterator[Finding]:
        yield from ()

    def _empty(self, case: Case, slug: str) -> tuple[str, ...]:
        """The files of masks of a concept that show nothing."""
        if case.resolution is None:
            return ()
        regions = (item.region for item in case.resolution.dropped if slug in kin(self.space, item.region.concept))
        sources = (getattr(region.shape, "source", None) for region in regions)
        return tuple(dict.fromkeys(source.uri for source in sources if source is not None))
