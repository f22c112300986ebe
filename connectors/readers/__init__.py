"""Readers: one on-disk format a file, registered by existing; names that start with "_" are helpers."""
