"""What of a graph is drawn: groups that can be folded into one box, and the neighbourhood of a node."""
