"""Predicting a run before it is shown: what is asked, what counts as right, and why a wrong number is wrong."""
