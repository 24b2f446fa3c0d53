"""Whatever the text is, it loads or is refused with a diagnostic: nothing else is ever raised."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backprop_tui.scenario import ScenarioError, loads
from backprop_tui.scenario.reading import decode
from tests.hostile import is_harmless
from tests.scenario.test_hostile_files import shown
from tests.scenario.texts import scenario_text

SCENARIO = scenario_text(
    "q = W @ x  # a product\nr = relu(q).sum(axis=0, keepdims=true) ** 2 - -3 * maximum(t, 0.5)\nf = sum(r.T)",
    "W = [[0.1, 0.5], [-0.3, 0.8]]\nx = [0.2, 0.4]\nt = { value = 1e-3, requires_grad = false }",
    head='title = "L2 \\u00e9"\noutput = "f"\nseed = 1.0\n',
    tail="[expect]\nvalue = 3.0\n[expect.grads]\nx = [1, 2]\n",
)
PIECES = st.one_of(
    st.text(max_size=3),
    st.sampled_from(
        [*"()[]{},.=#\"'\n\\+-*/@<>&%", '"""', "'''", "\\n", "\r\n", "\x1b[2J", "\u202e", "e\u0301", "1e999"]
    ),
    st.sampled_from(["inf", "nan", "[inputs]", "x = ", "f", ".T", "axis=", "None", "(0,)", "9" * 400, "[]", "{}", "é"]),
    st.sampled_from(
        ['\n["\\u001b]0;x\\u0007a"]\n', '\n[["\\u001b[2J"]]\n', '\n"\\u009b2J" = {}\n', "\n[inputs.'\u202e']\n"]
    ),
)


def outcome_is_harmless(text: str | bytes) -> bool:
    try:
        return is_harmless(shown(loads(text if isinstance(text, str) else decode(text, "x").text)))
    except ScenarioError as error:
        return bool(error.diagnostics) and is_harmless(str(error))


@given(st.text())
def test_any_text(text: str) -> None:
    assert outcome_is_harmless(text)


@given(st.binary())
def test_any_bytes(content: bytes) -> None:
    assert outcome_is_harmless(content)


@given(st.data())
def test_a_scenario_with_pieces_replaced(data: st.DataObject) -> None:
    text = SCENARIO
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 4))
        text = text[:start] + data.draw(PIECES) + text[end:]
    assert outcome_is_harmless(text)


@given(st.text(alphabet='abcx012().,=+-*/@<>" \t#[]T\n', max_size=40))
def test_any_program(program: str) -> None:
    assert outcome_is_harmless(scenario_text(program.replace('"""', ""), "a = 2.0\nb = 1.0\nx = [[1.0, 2.0]]"))


def test_the_scenario_that_is_mutated_is_fine() -> None:
    assert loads(SCENARIO).graph["f"].shape == ()
