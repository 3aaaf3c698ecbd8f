"""Which webhook events ACS reacts to."""
