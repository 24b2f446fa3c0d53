"""Predicting a run."""
