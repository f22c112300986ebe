"""A data set's terms as an ODRL policy (https://www.w3.org/TR/odrl-model/), for the JSON-LD of a corpus or a card.

A "yes" of the card is a permission, a "no" a prohibition. What nobody found out is neither: ODRL has no word for it,
and whoever reads the policy may rely on permissions alone. Naming the source and keeping its licence are duties of the
permissions that they hang on. Actions are those of ODRL's vocabulary (distribute, derive, attribute) and of Creative
Commons' (https://creativecommons.org/ns), which ODRL's vocabulary takes over.
"""

from typing import Any

from schemas import Licence, spdx

CONTEXT = {"@vocab": "http://www.w3.org/ns/odrl/2/", "cc": "http://creativecommons.org/ns#"}
"""Stands in the policy itself: the context of Croissant is prescribed word for word."""
ODRL = CONTEXT["@vocab"]
ATTRIBUTE, SHARE_ALIKE = {"@id": f"{ODRL}attribute"}, {"@id": "cc:ShareAlike"}


def policy(licence: Licence, target: str) -> dict[str, Any]:
    """The policy of a licence on an asset. `target`: the asset's address; not the id of a node of the same document,
    for mlcroissant follows references round in circles."""
    asked = [(f"{ODRL}distribute", licence.redistribute, False), (f"{ODRL}derive", licence.derivatives, True),
             ("cc:CommercialUse", licence.commercial, False)]  # fmt: skip
    allowed = [_permission(action, licence, made) for action, answer, made in asked if answer is True]
    denied = [{"@type": "Prohibition", "action": {"@id": action}} for action, answer, _ in asked if answer is False]
    rules = {"permission": allowed, "prohibition": denied}
    return {
        "@context": CONTEXT, "@type": "Set", "target": {"@id": target},
        **{name: found for name, found in rules.items() if found},
    }  # fmt: skip


def _permission(action: str, licence: Licence, made: bool) -> dict[str, Any]:
    """`made`: something is made of the data, which must carry a share-alike licence, too."""
    duties = [ATTRIBUTE] if spdx.attribution(licence.id) else []
    duties += [SHARE_ALIKE] if made and licence.share_alike else []
    rule: dict[str, Any] = {"@type": "Permission", "action": {"@id": action}}
    return rule | ({"duty": [{"@type": "Duty", "action": duty} for duty in duties]} if duties else {})
