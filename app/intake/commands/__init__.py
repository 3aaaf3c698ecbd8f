"""Comments that speak to ACS: who may, what is done, and one comment that answers."""
