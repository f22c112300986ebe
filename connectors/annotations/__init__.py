"""Annotation formats, one a file: what a published set says of its images, as drafts in the source's own words."""
