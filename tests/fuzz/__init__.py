"""Fuzzing of everything that a stranger's file goes through: `python -m tests.fuzz --seconds 300`."""
