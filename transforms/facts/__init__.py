"""What can be measured on regions: one family a file, registered by existing."""

from collections.abc import Collection, Iterable
from types import ModuleType

from schemas import Fact, LabelSpace, Scene
from transforms import plugins
from transforms.facts import ops
from transforms.facts.altered import tells
from transforms.facts.base import OF_THINGS, Draft, is_state
from transforms.facts.reported import borne_out
from transforms.regions.viewdata import ViewData


def families(tasks: Collection[str] | None = None) -> dict[str, ModuleType]:
    """The families by name, sorted. Each has NAME, VERSION, PREDICATES and `measure(view, space)`, or
    `conclude(scene, space)`, which is asked of a scene with the facts of all others. One with TASK is of use to that
    task alone, and left out where `tasks` are given without it."""
    found = plugins.modules(__name__).items()
    every = {name: module for name, module in found if hasattr(module, "measure") or hasattr(module, "conclude")}
    return {name: one for name, one in every.items() if tasks is None or getattr(one, "TASK", None) in (None, *tasks)}


def measure_all(view: ViewData, space: LabelSpace, tasks: Collection[str] | None = None) -> Scene:
    """The view's scene with its facts, numbered f1, f2, ... in the order: stated by the source (of a report, what its
    words bear out), measured on the whole record, then family by family, then what rules make of those. `tasks`:
    as `families` takes them.

    Raises KeyError for a concept that the label space lacks, and ValueError for a region with an empty mask.
    """
    _refuse_empty(view)
    drafts = [Draft.of(fact) for fact in view.scene.facts if borne_out(fact, view.scene, space)]
    for region in view.scene.regions:
        drafts += [Draft.of(fact) for fact in view.volume_facts.get(region.id, ())]
    every = families(tasks).values()
    for family in every:
        drafts += family.measure(view, space) if hasattr(family, "measure") else ()
    states = {one.id for one in view.scene.regions if is_state(space.of(one.concept))}
    drafts = [draft for draft in drafts if _of_things(draft, states)]
    drafts = [draft for draft in drafts if not _exceeded(draft, drafts) and tells(draft, view.scene)]
    scene = view.scene.model_copy(update={"facts": _numbered(drafts, 1)})
    concluded = [draft for family in every if hasattr(family, "conclude") for draft in family.conclude(scene, space)]
    return scene.model_copy(update={"facts": scene.facts + _numbered(concluded, len(drafts) + 1)})


def _of_things(draft: Draft, states: set[str]) -> bool:
    """Whether nothing is measured of what says how a structure is: of cardiomegaly that it is there, and where."""
    return states.isdisjoint(draft.regions) or draft.predicate not in OF_THINGS


def _exceeded(draft: Draft, drafts: Iterable[Draft]) -> bool:
    """Whether a region is longer in this view than on any slice of the plane it was acquired in: a cut across that
    plane may be. Told side by side, the largest diameter would be the smaller of the two."""
    if draft.predicate != "diameter":
        return False
    return any(
        other.predicate == "long_axis" and other.regions == draft.regions and other.unit == draft.unit
        and float(other.value) > float(draft.value) + (draft.tolerance or 0.0)
        for other in drafts
    )  # fmt: skip


def _numbered(drafts: Iterable[Draft], first: int) -> tuple[Fact, ...]:
    return tuple(draft.fact(number) for number, draft in enumerate(drafts, first))


def _refuse_empty(view: ViewData) -> None:
    for rid, mask in sorted(view.masks.items()):
        if not ops.count([mask]):
            raise ValueError(f"region {rid} of {view.scene.key} has an empty mask: drop it when the view is cut")
