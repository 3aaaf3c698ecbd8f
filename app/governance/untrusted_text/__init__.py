"""What people wrote, as far as a reader sees it: the rest is taken out, and shown to the reviewer instead."""
