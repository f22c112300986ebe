"""Who counts as whom: people and not images, values that are known for certain, and tallies of parts that add up."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.fact import Presence
from tests.records import record
from tests.scenes import LESION
from transforms.shards.traits import Person, tally


def seen(*looks: tuple[str, str]) -> Person:
    """A person of whom there is a record for each (site, state of the lesion)."""
    one = Person()
    for site, state in looks:
        presence = (Presence(concept=LESION, state=state),)  # type: ignore[arg-type]
        one.take(record(presence=presence, meta={"centre": site}))
    return one


def sites(*people: Person) -> dict[tuple[str | float, bool], int]:
    return {(value, has): n for (_, trait, value, has), n in tally(people).items() if trait == "site"}


def test_a_person_has_what_one_record_shows_and_lacks_what_all_deny() -> None:
    assert sites(seen(("A", "absent"), ("A", "present"))) == {("A", True): 1}
    assert sites(seen(("A", "absent"), ("A", "absent"))) == {("A", False): 1}


def test_who_is_uncertain_or_was_at_two_sites_is_left_out() -> None:
    assert sites(seen(("A", "absent"), ("A", "uncertain"))) == {}
    assert sites(seen(("A", "present"), ("B", "present"))) == {}


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["present", "absent"])), max_size=12), st.integers(0, 12)
)
def test_tallies_of_parts_add_up_to_that_of_all(looks: list[tuple[str, str]], cut: int) -> None:
    people = [seen(look) for look in looks]
    assert tally(people[:cut]) + tally(people[cut:]) == tally(people)
