"""What the panels of the stepper say: pure functions from a run and a position to lines."""
