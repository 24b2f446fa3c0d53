"""An engine that can be broken on purpose. Nothing of it is reached from outside the lens that shows it."""
