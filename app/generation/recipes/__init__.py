"""The recipe lane: an issue that names a template becomes a change without any model."""
