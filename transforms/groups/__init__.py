"""Several records in one sample: of one person, or one of each of several.

A group is made of samples, not of records: every picture in it has been drawn, measured, described and checked before,
alone. So nothing is measured twice, and what holds of a sample holds of it here.

    choose.py   which samples go together, by the records' study, series and visits, and by rule where there are many
    ordering.py when visits were, and the numbers in names
    prior.py    a study with the one before it
    cases.py    one image each of several subjects
    compose.py  one scene of them: media 0.png, 1.png, ...; regions and facts numbered anew, each with its medium
    across.py   what holds between media, from the facts of each: how a size changed, what one shows and another lacks
    ranked.py   in which of several there is most of a thing
    placed.py   where that lies which only one of two shows
    wording.py  the sentences that say so, one for each such fact, which the claim check reads back by the same rule
    apart.py    one part of a group again, as a scene: what is checked and measured of it is what always is

All of a person lies in one part, and cases are of people of one part, so groups are made where a part is settled
(`pipelines/curate/groups.py`), from rows of tables, without a look at pixels. What is chosen is a function of the
part's present records and samples alone: the same on any engine, in any number of shares. A group's key hashes its
members' keys, what made it hashes the keys under which those were made; one that is booked under that is not made
again. Each chosen group is a unit of the stage `groups`: emitted, or quarantined with the reason; the choice made again
from the tables must give as many. Publishing draws each medium from its own record, and packs them side by side; the
people of one group go into one split (`pipelines/publish/together.py`).

A size is compared only between whole pictures or volumes, in millimetres, of one thing outlined once in each. Something
is new or gone only where the other one was examined for it: what is not annotated is neither.
"""
