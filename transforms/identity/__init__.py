"""Whether two pictures, volumes or questions are the same thing, rewritten.

Each picture has marks (`marks.py`), a volume those of its slices (`things.py`). `candidates.py` finds what shares
marks without comparing all with all; `likeness.py` lays one picture on the other and compares them; `edges.py` keeps
what was found, with its evidence. `questions.py` compares words of one picture.
"""
