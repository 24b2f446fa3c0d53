"""The engine: runs a graph into a timeline of events, and moves along it."""
