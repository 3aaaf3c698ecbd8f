"""The pages people look at: the same URLs as on GitHub, plain HTML and forms, no JavaScript."""
