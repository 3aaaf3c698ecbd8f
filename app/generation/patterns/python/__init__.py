"""What patterns know of Python."""
