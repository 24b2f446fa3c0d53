"""A run in other forms. One module for each format."""
