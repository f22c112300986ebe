"""From bytes to pixels to views: decode, reslice, window, encode."""
