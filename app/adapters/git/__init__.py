"""Repositories read by git: exact commits, shallow, into a bare cache; nothing of them is ever run."""
