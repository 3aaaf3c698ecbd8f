"""The nouns of ACS: frozen values and pure functions over them. Nothing here does I/O."""
