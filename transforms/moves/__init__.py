"""Moving a whole sample: its picture is cropped, flipped, turned, transposed or resampled, and all that is said of it
goes along. Masks and marks are moved, facts are measured on what they are then, and texts, questions and reasoning are
worded from those: no coordinate is ever edited in a text.

    move.py      which pixel comes from where; moves compose
    apply.py     a view moved: pixels, masks, marks, geometry, and the facts that no grid changes
    retell.py    a sample moved: the view, measured, described and asked again
"""
