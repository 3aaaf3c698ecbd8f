"""Answers of models as edits, one reader for each form in which they write them; all work while the answer streams."""
