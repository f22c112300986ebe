"""Published files, which anyone may have made: opened within their folder, within a budget, and never run.

Connectors and decoders come by here for every byte of a data set. Imports nothing of ours.
"""
