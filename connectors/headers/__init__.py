"""What the headers of published files say: grids, sizes, identifiers, units. One format a file; no pixels."""
