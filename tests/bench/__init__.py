"""What `make bench` measures, and what must come out of it."""
