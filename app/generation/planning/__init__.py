"""Triage and plan: one short structured question to the model, and its answer read into a `Plan`."""
