"""What ACS answers over HTTP."""
