"""The colours of our own themes, as plain data: of the app, and of the pictures that are exported."""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """Colours as `#RRGGBB`."""

    foreground: str
    background: str
    surface: str
    panel: str
    faint: str
    """What is not reached yet."""
    forward: str
    """Cool: values, and the current event on the way forward."""
    secondary: str
    backward: str
    """Warm: gradients, and the current event on the way back."""
    success: str
    trouble: str
    """Red, and nothing else is: NaN, infinities, errors."""
    is_dark: bool = True


PALETTES = {
    "dark": Palette(
        foreground="#CDD3DC",
        background="#12151B",
        surface="#181C24",
        panel="#1F242E",
        faint="#787D85",
        forward="#6CB6FF",
        secondary="#4F8CC9",
        backward="#F0A45D",
        success="#7CC68D",
        trouble="#FF6B6B",
    ),
    "light": Palette(
        foreground="#262A31",
        background="#FBFAF7",
        surface="#F2F0EB",
        panel="#E8E5DE",
        faint="#7E8083",
        forward="#0B5CAD",
        secondary="#3A7CBF",
        backward="#9A4F00",
        success="#2C7A3D",
        trouble="#C4122F",
        is_dark=False,
    ),
    "contrast": Palette(
        foreground="#FFFFFF",
        background="#000000",
        surface="#000000",
        panel="#1A1A1A",
        faint="#8C8C8C",
        forward="#66D9FF",
        secondary="#66D9FF",
        backward="#FFC14D",
        success="#8CFF9E",
        trouble="#FF7A7A",
    ),
}
"""By name. The app calls them `backprop-dark` and so on."""
_OURS = "backprop-"


def theme_name(word: str) -> str:
    """What the app calls the theme that a user may mean: ours are known by the short name, too."""
    return _OURS + word if word in PALETTES else word


def palette_name(word: str) -> str:
    """The short name of one of our themes; any other word as it is."""
    return word.removeprefix(_OURS)
