"""Lenses: pure functions from a run to something worth seeing. One module for each."""
