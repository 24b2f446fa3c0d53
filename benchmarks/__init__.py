"""Scripts that print a ratio against a peer, and the bound that it must keep. See README.md."""
