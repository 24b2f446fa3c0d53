"""Our own themes, and the two accents of everybody else's: forward is cool, backward is warm, red is trouble."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

from backprop_tui.palette import PALETTES

DEFAULT_THEME = "backprop-dark"

_SIXTEEN_COLOURS_THEME = "ansi-dark"

OWN_THEMES = tuple(
    Theme(
        name=f"backprop-{name}",
        primary=palette.forward,
        secondary=palette.secondary,
        accent=palette.backward,
        warning=palette.backward,
        error=palette.trouble,
        success=palette.success,
        foreground=palette.foreground,
        background=palette.background,
        surface=palette.surface,
        panel=palette.panel,
        dark=palette.is_dark,
        variables={
            "forward": palette.forward,
            "backward": palette.backward,
            "trouble": palette.trouble,
            "faint": palette.faint,
        },
    )
    for name, palette in PALETTES.items()
)

_CONTRAST = 4.5
"""What WCAG asks of text."""
_FAINT_CONTRAST = 3.5
_MIDDLE = 0.179
"""The luminance on which black and white are told equally well."""
_FAINT, _FRAME, _SELECTION = 0.45, 0.72, 0.16
"""How far the text goes towards the background for what is not reached yet and for frames, and back."""
_COOL, _WARM = 205.0, 35.0
"""Hues, in degrees."""
_HEAT = (0.14, 0.3, 0.46, 0.62)
"""How far the steps of a heat map go from the background towards an accent."""
_MARK = 0.4
"""How far a mark on a step goes on from there."""


def default_theme(color_system: str | None) -> str:
    """The theme for a terminal, by what Rich calls the colours that it has.

    Of sixteen colours ours would be turned into whichever are nearest: warm into the red of trouble, steps into greys.
    """
    return _SIXTEEN_COLOURS_THEME if color_system == "standard" else DEFAULT_THEME


def extra_variables(theme: Theme) -> dict[str, str]:
    """The colours that are ours, for a theme that does not know about them: two accents, and what is quiet.

    The accents are the coolest and the warmest of the theme's own colours, made readable on its background.
    """
    if theme.ansi:  # sixteen colours that do not mix
        return {
            "forward": "ansi_cyan" if theme.dark else "ansi_blue",
            "backward": "ansi_yellow" if theme.dark else "ansi_magenta",
            "trouble": "ansi_red",
            "faint": "ansi_bright_black",
            "frame": "ansi_bright_black",
            "selection": "ansi_default",
        }
    variables = theme.to_color_system().generate()
    candidates = [variables[name] for name in ("primary", "secondary", "accent", "warning")]
    ground, text = Color.parse(variables["background"]), Color.parse(variables["foreground"])
    return {
        "forward": _readable(_nearest(candidates, _COOL), ground),
        "backward": _readable(_nearest(candidates, _WARM), ground),
        "trouble": _readable(Color.parse(variables["error"]), ground),
        "faint": _readable(text.blend(ground, _FAINT), ground, _FAINT_CONTRAST),
        "frame": text.blend(ground, _FRAME).hex,
        "selection": ground.blend(text, _SELECTION).hex,
    }


def heat(ground: Color, text: Color, accent: Color) -> list[tuple[Color, Color, Color]]:
    """The steps of a heat map: for each its background, a text that can be read there, and a mark that hardly shows."""
    steps = [ground.blend(accent, share) for share in _HEAT]
    return [(step, Color.parse(_readable(text, step)), step.blend(accent, _MARK)) for step in steps]


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _nearest(candidates: list[str], hue: float) -> Color:
    """The colour nearest to a hue; a grey is far from all."""

    def distance(color: Color) -> float:
        own, saturation = color.hsl.h * 360, color.hsl.s
        turn = abs(own - hue) % 360
        return min(turn, 360 - turn) + (180 if saturation < 0.1 else 0)

    return min(map(Color.parse, candidates), key=distance)


def _readable(color: Color, ground: Color, ratio: float = _CONTRAST) -> str:
    """The colour, moved away from the ground until it can be read there."""
    target = Color(0, 0, 0) if _luminance(ground) > _MIDDLE else Color(255, 255, 255)
    for step in range(20):
        moved = color.blend(target, step / 20)
        if contrast(moved, ground) >= ratio:
            return moved.hex
    return target.hex


def _luminance(color: Color) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
