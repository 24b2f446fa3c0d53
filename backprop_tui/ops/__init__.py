"""The operations: one registry, one object for each operation, one module for each family."""
