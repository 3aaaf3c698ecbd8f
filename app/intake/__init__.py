"""Deliveries to jobs, nothing lost: verify, journal, answer; `app/worker/processes.py` wakes somebody up for them."""
