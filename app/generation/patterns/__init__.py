"""Patterns: parameterised changes of code that is there already, made on its syntax tree without running any of it."""
