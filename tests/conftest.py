"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples every time, and no clock: a busy machine must not turn a test red.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

os.environ["LC_ALL"] = "C.UTF-8"  # the app draws in ASCII under some locales; tests of that choose their own
