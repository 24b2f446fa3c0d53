"""Our own themes, and the two accents of everybody else's: forward is cool, backward is warm, red is trouble."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

DEFAULT_THEME = "backprop-dark"

OWN_THEMES = (
    Theme(
        name=DEFAULT_THEME,
        primary="#6CB6FF",
        secondary="#4F8CC9",
        accent="#F0A45D",
        warning="#F0A45D",
        error="#FF6B6B",
        success="#7CC68D",
        foreground="#CDD3DC",
        background="#12151B",
        surface="#181C24",
        panel="#1F242E",
        variables={"forward": "#6CB6FF", "backward": "#F0A45D", "trouble": "#FF6B6B"},
    ),
    Theme(
        name="backprop-light",
        primary="#0B5CAD",
        secondary="#3A7CBF",
        accent="#9A4F00",
        warning="#9A4F00",
        error="#C4122F",
        success="#2C7A3D",
        foreground="#262A31",
        background="#FBFAF7",
        surface="#F2F0EB",
        panel="#E8E5DE",
        dark=False,
        variables={"forward": "#0B5CAD", "backward": "#9A4F00", "trouble": "#C4122F"},
    ),
    Theme(
        name="backprop-contrast",
        primary="#66D9FF",
        secondary="#66D9FF",
        accent="#FFC14D",
        warning="#FFC14D",
        error="#FF7A7A",
        success="#8CFF9E",
        foreground="#FFFFFF",
        background="#000000",
        surface="#000000",
        panel="#1A1A1A",
        variables={"forward": "#66D9FF", "backward": "#FFC14D", "trouble": "#FF7A7A"},
    ),
)

_CONTRAST = 4.5
"""What WCAG asks of text."""
_FAINT_CONTRAST = 3.5
_FAINT, _FRAME, _SELECTION = 0.45, 0.72, 0.16
"""How far the text goes towards the background for what is not reached yet and for frames, and back."""
_COOL, _WARM = 205.0, 35.0
"""Hues, in degrees."""


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
    target = Color(0, 0, 0) if _luminance(ground) > 0.3 else Color(255, 255, 255)
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
