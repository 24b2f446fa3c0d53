"""Text that means harm, and what to look for in the bytes that are written in its presence."""

from __future__ import annotations

import re
import unicodedata

ESCAPES = {
    "colours": "\x1b[31;5m",
    "clear": "\x1b[2J\x1b[3J",
    "home": "\x1b[H",
    "leave the alternate screen": "\x1b[?1049l",
    "title": "\x1b]0;pwn\x07",
    "clipboard": "\x1b]52;c;cHduCg==\x07",
    "link": "\x1b]8;;http://pwn.example\x1b\\x\x1b]8;;\x1b\\",
    "colour of the cursor": "\x1b]12;red\x1b\\",
    "string that never ends": "\x1b]2;pwn",
    "device control": "\x1bPq#0;2;0;0;0~\x1b\\",
    "application command": "\x1b_Gf=100;pwn\x1b\\",
    "privacy message": "\x1b^pwn\x1b\\",
    "start of string": "\x1bXpwn\x1b\\",
    "query": "\x1b[6n\x1b[c\x1b[>q",
    "reset": "\x1bc",
    "keypad": "\x1b=",
    "8-bit": "\x9b31m\x9d0;pwn\x9c\x90q\x9c\x9fpwn\x9c",
    "controls": "".join(map(chr, (*range(9), *range(11, 32), 127))),
    "C1": "".join(map(chr, range(0x80, 0xA0))),
    "directions": "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "nothing to see": "\u00ad\u034f\u115f\u17b4\u180e\u200b\u200c\u200d\u2028\u2029\u2060\u2064\u3164\ufeff\uffa0",
    "tags": "".join(chr(0xE0000 + ord(char)) for char in "\x01tag\x7f"),
    "selectors": "\ufe00\ufe0f\U000e0100",
    "no characters": "\ufdd0\ufffe\uffff\U0001ffff\U0010ffff\ue000\U000f0000",
    "marks": "a" + "\u0301\u0489\u20dd" * 500,
    "syllables": "\u1100" + "\u1161\u11a8" * 500 + "\u0915" + "\u093e" * 500,
    "skins": "\U0001f469" + "\U0001f3fb" * 500,
}
MARKUP = "[/] [/red] [@click=app.quit]x[/] [bold]grad[w] [link=http://x]y $name {0} {title!r} %s \\[b] [red"
VISIBLE = MARKUP + " שלום العربية 中文字 👩\u200d👩\u200d👧"
EVERYTHING = MARKUP + " " + " ".join(ESCAPES.values())

INVISIBLE = re.compile("[\u034f\u115f\u1160\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What Unicode calls a letter or a mark, and nobody sees."""
JOINING = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\U0001f3fb-\U0001f3ff]")
"""What Unicode calls a letter or a symbol, and is drawn on the one before it."""

SEQUENCES = re.compile(
    r"\x1b\[(?:(?:[0-4]|7|[34][0-79]|(?:9|10)[0-7]|[34]8;(?:5;\d+|2;\d+;\d+;\d+))(?:;(?=\d)|(?=m)))*m"  # no blinking
    r"|\x1b\[\d+;\d+H"  # where to write
    r"|\x1b\[\?(?:2026|25)[hl]"  # begin and end of a drawing; the cursor
    r"|\x1b\]22;[a-z]+\x07"  # the shape of the mouse's pointer
    r"|\r?\n"
)
"""What the app itself says to a terminal while it runs."""


def is_harmless(text: str) -> bool:
    """Whether a terminal can be given the text: no controls, no direction marks, nothing invisible, few marks."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return True
    if INVISIBLE.search(text):
        return False
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me", "Mc") or JOINING.match(char) else 0
        if marks > 4 or (char != "\n" and category in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")):
            return False
    return True


def escaped(text: str) -> str:
    """The text as it is written in a basic string of TOML."""
    return "".join(char if char.isprintable() and char not in '"\\' else f"\\U{ord(char):08x}" for char in text)


def scenario(payload: str, program: str = "") -> str:
    """A scenario with the payload in every text that may hold anything; `program` ends a line of it."""
    text = escaped(payload)
    return f'''title = "{text}"
description = """
# {text}

**{text}** *{text}* `{text}` [{text}](javascript:{text})

- {text}
1. {text}

```
{text}
```
"""
source = "{text}"
program = "y = x * k  # {escaped(program)}\\n# {escaped(program)}\\nz = y + sin(x)"
[inputs]
x = 1.0
k = {{ value = 2.0, requires_grad = false }}
unused = 3.0
[lesson]
group = "{text}"
summary = "{text}"
order = 1
[expect.grads]
x = 2.5
'''


def broken(payload: str) -> dict[str, str]:
    """Scenarios that cannot be opened because of where the payload stands."""
    text = escaped(payload)
    raw = payload.replace('"', "").replace("'", "")
    ok = 'program = "y = x"\n[inputs]\nx = 1.0\n'
    return {
        "unknown key": f'"{text}" = 1\n{ok}',
        "literal key": f"'{raw}' = 1\n{ok}",
        "table": f'{ok}["{text}"]\n',
        "tables twice": f'{ok}[["{text}"]]\n["{text}"]\n',
        "dotted key": f'a."{text}".b = 1\n"{text}"."{text}" = 1\n{ok}',
        "key twice": f'"{text}" = 1\n"{text}" = 2\n{ok}',
        "inline key": f'x = {{ "{text}" = 1, "{text}" = 2 }}\n{ok}',
        "key without a value": f'"{text}"\n{ok}',
        "input": f'program = "y = x"\n[inputs]\nx = 1.0\n"{text}" = 2.0\n',
        "key of an input": f'program = "y = x"\n[inputs]\nx = {{ value = 1.0, "{text}" = 2 }}\n',
        "input of text": f'program = "y = x"\n[inputs]\nx = "{text}"\n',
        "output": f'output = "{text}"\n{ok}',
        "seed": f'seed = "{text}"\n{ok}',
        "program": f'program = "y = x + {text}"\n[inputs]\nx = 1.0\n',
        "name of the program": f'program = "{text} = x"\n[inputs]\nx = 1.0\n',
        "raw program": f"program = '''\ny = x # {raw}\n'''\n[inputs]\nx = 1.0\n",
        "raw title": f'title = "{raw}"\n{ok}',
        "raw comment": f"# {raw}\n{ok}",
        "raw value": f"title = {raw}\n{ok}",
        "raw line": f"{raw}\n{ok}",
        "escape": f'title = "\\{raw}"\n{ok}',
        "expected": f'{ok}[expect]\n"{text}" = 1\n',
        "expected gradient": f'{ok}[expect.grads]\n"{text}" = 1\n',
        "lesson": f'{ok}[lesson]\n"{text}" = 1\n',
        "group": f'{ok}[lesson]\norder = "{text}"\n',
    }
