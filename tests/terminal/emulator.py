"""What a terminal would show: enough of one to follow cursor moves, text and modes."""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    r"\x1b\[(?P<private>[?>=<]*)(?P<numbers>[\d;:]*)[ -/]*(?P<command>[@-~])"
    r"|\x1b(?:\[[^@-~\x1b\x18]*)?(?=[\x1b\x18])"  # broken off
    r"|\x1b[\]P^_].*?(?:\x07|\x1b\\)"  # strings for the terminal
    r"|\x1b(?![\[\]P^_])[ -/]*[0-~]",
    re.DOTALL,
)


class Screen:
    """Feed it what the program writes."""

    def __init__(self, columns: int, rows: int) -> None:
        self.modes: set[str] = set()
        """The private modes that are set."""
        self.keyboards = 0
        """How often kitty's keyboard protocol was pushed and not popped."""
        self._rest = ""
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Another size; what was there is gone."""
        self._size = columns, rows
        self._row = self._column = 0
        self._clear()

    def feed(self, text: str) -> None:
        """Take output of the program, which may end in the middle of a sequence."""
        text, self._rest = self._rest + text, ""
        position = 0
        while position < len(text):
            sequence = _SEQUENCE.match(text, position)
            if text[position] == "\x1b" and not sequence:
                self._rest = text[position:]
                return
            if sequence:
                self._obey(*(sequence[name] or "" for name in ("private", "numbers", "command")))
                position = sequence.end()
            else:
                self._write(text[position])
                position += 1

    @property
    def lines(self) -> list[str]:
        """The rows of the screen."""
        return ["".join(row).rstrip() for row in self._cells]

    @property
    def text(self) -> str:
        """All of them."""
        return "\n".join(self.lines)

    def _clear(self) -> None:
        columns, rows = self._size
        self._cells = [[" "] * columns for _ in range(rows)]

    def _obey(self, private: str, numbers: str, command: str) -> None:
        if command in "Hf" and not private:
            row, column, *_ = [*(int(number or 1) for number in numbers.split(";")), 1, 1]
            self._row, self._column = row - 1, column - 1
        elif command in "hl" and private == "?":
            (self.modes.add if command == "h" else self.modes.discard)(numbers)
            if numbers == "1049":
                self._clear()
        elif command == "u":
            self.keyboards += {">": 1, "<": -1}.get(private, 0)
        elif command == "J":
            self._clear()

    def _write(self, char: str) -> None:
        columns, rows = self._size
        if char == "\n":
            self._row += 1
        elif char == "\r":
            self._column = 0
        elif 0 <= self._row < rows and 0 <= self._column < columns and char >= " ":
            self._cells[self._row][self._column] = char
            self._column += 1
