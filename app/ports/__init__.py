"""Everything ACS can do to the world, as small protocols in the words of the domain."""
