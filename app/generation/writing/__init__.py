"""A request in plain words becomes a change by a model: planned in one short call, written in another, repaired at most
twice. What the model answers is read into typed edits, and judged before it is anything.
"""
