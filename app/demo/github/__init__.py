"""A GitHub of one's own: REST, git over HTTP, signed webhooks and plain pages, for the demo and the end-to-end tests.

`LocalGitHub` (in `local`) seeds, starts and stops it; `python -m app.demo.github` runs it by hand. Its state is one
folder: an SQLite file, the bare repositories, and the keys that people and the App sign in with.
"""
