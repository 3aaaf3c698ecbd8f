"""Deliveries to jobs, nothing lost: verify, journal, answer; find what is due and wake somebody up for it."""
