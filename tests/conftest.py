"""Settings of all tests."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# The same examples every time, and no clock: a busy machine must not turn a test red.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

# Whoever runs the tests has a state directory of their own; tests that write one choose it.
os.environ["XDG_STATE_HOME"] = os.path.join(tempfile.gettempdir(), "backprop-tui-tests-keep-no-state")
os.environ["LC_ALL"] = "C.UTF-8"  # the app draws in ASCII under some locales; tests of that choose their own
