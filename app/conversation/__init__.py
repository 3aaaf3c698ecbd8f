"""What people say to ACS and read from it: pure functions from domain values to text, and back."""
