"""The program language: one assignment a line, parsed without recursion, checked, and compiled to nodes."""
