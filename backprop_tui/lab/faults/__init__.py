"""The faults, one module per family. Each module lists its own; `table` only joins them."""
