"""`python -m app.cli`: the `acs` command of this very interpreter."""

from app.cli import main

if __name__ == "__main__":
    main()
