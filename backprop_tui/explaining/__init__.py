"""The worked solution of a scenario, to read and to print: what is said, and how it is written."""
