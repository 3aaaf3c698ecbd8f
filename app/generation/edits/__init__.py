"""Edits as models write them: read from an answer while it streams, applied to a tree exactly or not at all."""
