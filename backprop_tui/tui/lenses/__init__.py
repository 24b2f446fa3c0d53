"""What stands beside the graph: one module per lens, all of them named in `registry`."""
