"""How large a scenario may be, and how much of one is shown.

What exceeds a limit is refused with an error (docs/errors.md); beyond the last two, the rest is left out.
"""

from __future__ import annotations

FILE_BYTES = 4 * 1024 * 1024
TOML_NESTING = 16
KEY_PARTS = 8
KEYS = 50_000
"""Each part of a dotted key counts."""
OTHER_ELEMENTS = 100_000
"""Of all arrays that hold anything but numbers, none of which a scenario has a use for."""
NUMBER_CHARACTERS = 1_000
NAME_CHARACTERS = 64
TEXT_CHARACTERS = 65_536
TEXT_LINES = 2_000
PATTERNS = 32
"""In `[groups]`: each is held against every name."""
PATTERN_CHARACTERS = 1_000
"""Of all patterns together."""

OPERATIONS = 100_000
TOKENS = 800_000
"""Names, numbers, signs and brackets of all expressions: eight for each operation."""
EXPRESSION_DEPTH = 200
RANK = 8
TENSOR_ELEMENTS = 1_000_000
RUN_ELEMENTS = 16_000_000
OPERATION_WORK = 1_000_000_000
"""Multiply-adds of one operation."""
RUN_WORK = 10_000_000_000
"""Multiply-adds of all operations together."""

DIAGNOSTICS = 20
LABEL_CHARACTERS = 60
