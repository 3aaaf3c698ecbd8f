"""The processes that do the work: workers drain lanes, the clock wakes them for what is due."""
