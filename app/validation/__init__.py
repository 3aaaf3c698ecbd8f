"""Change to verdict."""
