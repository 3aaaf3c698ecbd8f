"""`wrap-calls`: calls of a named function get a time-out and are tried again when they fail."""
