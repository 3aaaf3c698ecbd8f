"""A local model server: speaks OpenAI's two APIs, answers from a script, and can do wrong all that a real one can.

It is no model: every answer was written by whoever wrote the script.
"""
