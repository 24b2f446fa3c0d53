"""Whole screens: each wires panels to a state and keys to changes of it."""
