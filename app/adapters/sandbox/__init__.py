"""Runs repository code in bubblewrap: `BubblewrapSandbox` implements the `Sandbox` port."""
