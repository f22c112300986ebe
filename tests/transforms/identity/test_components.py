"""What pairs link, and the name that stays with it."""

import networkx
from hypothesis import given
from hypothesis import strategies as st

from transforms.identity.components import components, named

NAMES = st.sampled_from("abcdefghij")


@given(st.lists(st.tuples(NAMES, NAMES)))
def test_they_are_those_of_networkx(pairs: list[tuple[str, str]]) -> None:
    found = components(pairs)
    oracle = [sorted(one) for one in networkx.connected_components(networkx.Graph(pairs)) if len(one) > 1]
    assert found == sorted(oracle)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1), st.lists(st.tuples(NAMES, NAMES)))
def test_who_stands_keeps_the_name_while_others_join(
    pairs: list[tuple[str, str]], more: list[tuple[str, str]]
) -> None:  # fmt: skip
    own = {name: name for name in "abcdefghij"}
    first = named(components(pairs), own, {})
    before = {name: first.get(name, name) for pair in pairs for name in pair}
    then = named(
        components([*pairs, *((one, new.upper()) for one, new in more)]), own | {n.upper(): n for n in own}, before
    )
    merged = {name for group in components([*pairs, *((a, b.upper()) for a, b in more)])
              if len({before[n] for n in group if n in before}) > 1 for name in group}  # fmt: skip
    assert all(then[name] == before[name] for name in before.keys() & then.keys() - merged)
    assert all(len({then[name] for name in group}) == 1 for group in components(pairs))
