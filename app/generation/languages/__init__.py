"""What ACS knows of programming languages, one pack each; `shipped.py` lists them."""
