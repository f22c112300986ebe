"""How packets are carried through the curate stages: in this process, or by Ray Data."""
