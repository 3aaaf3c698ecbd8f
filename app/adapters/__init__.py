"""One outside system per file or folder: I/O, and no decisions."""
