"""Issue to change."""
