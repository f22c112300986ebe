"""Labels against pixels of a published folder: one check a file, registered by existing.

A check is a module with `Check(space)`: `add(case)` gives what is wrong with one record, `end()` what only all of them
together show. A check keeps numbers of a record, never its pixels.
"""
