"""What a stranger needs to see ACS work: a local GitHub, sample repositories, a guided tour."""
