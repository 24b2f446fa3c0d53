"""Draws a graph in terminal cells: layers, order, columns, routes, boxes. Knows nothing of textual."""
