"""The parts of a screen, each named after the region that it draws."""
