"""What people say to ACS in comments, and the words of its answers."""
