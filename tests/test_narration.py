"""Every event, said three times: in symbols, in numbers, in words."""

import numpy as np
import pytest

import backprop_tui as bp
from backprop_tui.formulas import formula_along
from backprop_tui.narration import Narration, Tone, local_derivative, narrate

TREE = """
program = '''
c = a + b
d = b + 1
e = c * d
'''
[inputs]
a = 2.0
b = 1.0
"""


def told(text: str) -> list[Narration]:
    """What is said at every position of a scenario's run, from the first event on."""
    timeline = bp.run(bp.loads(text).graph)
    stories = [narrate(timeline, position) for position in range(1, len(timeline) + 1)]
    return [story for story in stories if story is not None]


def last(program: str, inputs: str) -> Narration:
    """What is said of the last event of a program."""
    return told(f"program = '''\n{program}\n'''\n[inputs]\n{inputs}\n")[-1]


def test_nothing_is_said_before_the_first_event() -> None:
    assert narrate(bp.run(bp.loads(TREE).graph), 0) is None


def test_the_tree_is_told_event_by_event() -> None:
    lines = [(story.symbols, story.numbers, story.change) for story in told(TREE)]
    assert lines == [
        ("a = 2", "", ""),
        ("b = 1", "", ""),
        ("c = a + b", "3 = 2 + 1", ""),
        ("d = b + 1", "2 = 1 + 1", ""),
        ("e = c · d", "6 = 3 · 2", ""),
        ("∂e/∂e = 1", "", "e.grad  · → 1"),
        ("∂e/∂c += ∂e/∂e · ∂e/∂c", "= 1 · 2 = 2", "c.grad  · → 2"),
        ("∂e/∂d += ∂e/∂e · ∂e/∂d", "= 1 · 3 = 3", "d.grad  · → 3"),
        ("∂e/∂b += ∂e/∂d · ∂d/∂b", "= 3 · 1 = 3", "b.grad  · → 3"),
        ("∂e/∂a += ∂e/∂c · ∂c/∂a", "= 2 · 1 = 2", "a.grad  · → 2"),
        ("∂e/∂b += ∂e/∂c · ∂c/∂b", "= 2 · 1 = 2", "b.grad  3 → 5"),
    ]


def test_the_words_name_the_operation_and_the_place_in_the_sum() -> None:
    story = told(TREE)[-1]
    assert "c = a + b passes its gradient on unchanged" in story.words
    assert story.words.endswith("this is the second of the two.")


@pytest.mark.parametrize(
    ("loss", "reduction", "words"),
    [
        ("mse_loss", "mean", "y is the mean squared distance of x from t."),
        ("mse_loss", "sum", "y is the squared distance of x from t, summed over the elements."),
        ("mse_loss", "none", "y is the squared distance of x from t, element by element."),
        ("cross_entropy", "mean", "that softmax(x) gives to t, averaged over the samples."),
        ("cross_entropy", "sum", "that softmax(x) gives to t, summed over the samples."),
        ("binary_cross_entropy_with_logits", "none", "that sigmoid(x) gives to t, for each element."),
    ],
)
def test_the_words_of_a_loss_say_how_it_is_reduced(loss: str, reduction: str, words: str) -> None:
    program = f"y = {loss}(x, t, reduction='{reduction}')\nz = sum(y)".replace("'", '"')
    stories = told(f"program = '''\n{program}\n'''\n[inputs]\nx = [[1.0, 2.0]]\nt = [[0.0, 1.0]]\n")
    assert any(words in story.words for story in stories)


def test_the_words_of_a_derivative_hold_for_every_reduction() -> None:
    for reduction in ("mean", "sum"):
        story = last(f'y = mse_loss(x, t, reduction="{reduction}")', "x = [1.0, 2.0]\nt = [0.0, 1.0]")
        assert "twice its error" not in story.words


def test_a_constant_is_called_what_it_is() -> None:
    program = "y = v + 1e-5 + -1e9 * v + 2 * v"
    symbols = [story.symbols for story in told(f"program = '''\n{program}\n'''\n[inputs]\nv = 1.0\n")]
    assert "v + 1e-5 = v + 1e-5" in symbols or any("+ 1e-5" in one and "(1e-5)" not in one for one in symbols)
    assert any("(-1e9) · v" in one for one in symbols)


def test_symbols_stand_over_their_numbers() -> None:
    columns = [(term.symbol, term.number) for term in told(TREE)[-1].terms]
    assert columns == [
        ("∂e/∂b", ""),
        ("+=", "="),
        ("∂e/∂c", "2"),
        ("·", "·"),
        ("∂c/∂b", "1"),
        ("", "="),
        ("", "2"),
    ]


def test_gradients_and_values_have_their_own_tones() -> None:
    forward, backward = told(TREE)[4], told(TREE)[-1]
    assert {term.tone for term in forward.terms if term.symbol.isalpha()} == {Tone.FORWARD}
    assert backward.terms[0].tone is Tone.BACKWARD


def test_the_local_derivative_is_said_in_symbols_where_it_is_more_than_a_number() -> None:
    assert "∂e/∂c = d" in told(TREE)[6].notes
    assert told(TREE)[-1].notes == ()  # ∂c/∂b = 1 says nothing that the formula does not


def test_a_matrix_product_is_a_rule_with_shapes() -> None:
    story = last("q = W @ x\nf = sum(q)", "W = [[1.0, 2.0], [3.0, 4.0]]\nx = [0.5, 1.0]")
    assert story.symbols == "∂f/∂x += Wᵀ @ ∂f/∂q"
    assert story.numbers == "= [[1 2] [3 4]]ᵀ @ [1 1] = [4 6]"
    assert story.notes == ("shapes  (2,2)ᵀ @ (2,) → (2,)",)


def test_a_broadcast_operand_has_a_line_for_its_sum() -> None:
    story = last("y = x + b\nf = sum(y)", "x = [[1.0, 2.0], [3.0, 4.0]]\nb = [1.0, 2.0]")
    assert "b was repeated along axis 0, so its contribution is summed over it: (2,2) → (2,)" in story.notes


def test_a_batched_matrix_product_says_the_sum_over_the_batch() -> None:
    story = last("y = x @ w\nf = sum(y)", "x = [[[1.0, 2.0]], [[3.0, 4.0]]]\nw = [[1.0], [2.0]]")
    assert "w was repeated along axis 0, so its contribution is summed over it: (2,2,1) → (2,1)" in story.notes


def test_an_unnamed_expression_is_called_by_its_text() -> None:
    stories = told("program = '''\nf = (a + b) * 3\n'''\n[inputs]\na = 1.0\nb = 2.0\n")
    assert "f = (a + b) · 3" in [story.symbols for story in stories]
    assert "∂f/∂(a + b) += ∂f/∂f · ∂f/∂(a + b)" in [story.symbols for story in stories]


@pytest.mark.parametrize(
    ("program", "x", "words"),
    [
        ("y = relu(x)", "-1.0", "stops the gradient"),
        ("y = relu(x)", "0.0", "the kink of relu"),
        ("y = relu(x)", "2.0", "relu is open"),
        ("y = abs(x)", "-2.0", "sign flipped"),
        ("y = maximum(x, 3)", "3.0", "a tie"),
        ("y = maximum(x, 3)", "1.0", "x had no say"),
        ("y = maximum(x, 3)", "4.0", "x is the larger"),
        ("y = sigmoid(x)", "9.0", "saturated"),
        ("y = exp(x)", "1.0", "its own derivative"),
    ],
)
def test_the_words_fit_the_numbers_at_hand(program: str, x: str, words: str) -> None:
    assert words in last(program, f"x = {x}").words


def test_the_first_number_that_is_not_finite_is_named_wherever_another_is_made() -> None:
    stories = told("program = '''\ny = log(x)\nz = y * 2\n'''\n[inputs]\nx = 0.0\n")
    alarms = [story.words for story in stories if "not finite" in story.words]
    assert "first number of the run that is not finite" in alarms[0]
    assert all(alarm.endswith("The first such number came from event 2, at y = log(x).") for alarm in alarms[1:])


def test_an_input_off_the_path_is_told_that_nothing_will_come() -> None:
    stories = told(
        "program = '''\ny = x * 2\n'''\n[inputs]\nx = 1.0\nt = { value = 1.0, requires_grad = false }\nu = 3.0\n"
    )
    assert "does not require a gradient" in stories[1].words
    assert "y does not depend on it" in stories[2].words


def test_many_uses_are_counted() -> None:
    terms = " + ".join(["x"] * 12)
    stories = told(f"program = '''\ny = {terms}\n'''\n[inputs]\nx = 1.0\n")
    assert "number 12 of 12" in stories[-1].words


def test_two_edges_between_the_same_nodes_are_told_apart() -> None:
    stories = told("program = '''\ny = x * x\n'''\n[inputs]\nx = 3.0\n")
    assert [story.symbols for story in stories[-2:]] == ["∂y/∂x += ∂y/∂y · ∂y/∂x₁", "∂y/∂x += ∂y/∂y · ∂y/∂x₂"]


@pytest.mark.parametrize(
    ("program", "x", "numbers"),
    [
        ("y = x ** 2", -2.0, "4 = (-2) ** 2"),
        ("y = 1 - x", -2.0, "3 = 1 - (-2)"),
        ("y = x - 1", -2.0, "-3 = -2 - 1"),
        ("y = -x", -2.0, "2 = -(-2)"),
        ("y = abs(x)", -2.0, "2 = abs(-2)"),
    ],
)
def test_numbers_read_as_they_are_computed(program: str, x: float, numbers: str) -> None:
    assert told(f"program = '''\n{program}\n'''\n[inputs]\nx = {x}\n")[1].numbers == numbers


def test_the_power_rule_is_worked_out() -> None:
    assert last("y = x ** 2", "x = 3.0").notes == ("∂y/∂x = 2 · x",)
    assert last("y = x ** 3", "x = 3.0").notes == ("∂y/∂x = 3 · x**2",)


def test_a_mean_says_how_many_elements_it_is_over() -> None:
    assert last("m = mean(x, axis=1)\ny = sum(m)", "x = [[1.0, 2.0, 3.0]]").symbols == "∂y/∂x += broadcast(∂y/∂m / 3)"


def test_a_call_needs_no_brackets_of_its_own() -> None:
    stories = told("program = '''\nl = -sum(x * x)\n'''\n[inputs]\nx = [1.0, 2.0]\n")
    assert "l = -sum(x · x)" in [story.symbols for story in stories]


@pytest.mark.parametrize(
    ("program", "inputs", "symbols", "numbers", "value"),
    [
        ("y = a * b", "a = 2.0\nb = 3.0", "∂y/∂a = b", "3", 3.0),
        ("y = a + b", "a = 2.0\nb = 3.0", "∂y/∂a = ", "", 1.0),
        ("y = a ** 3", "a = 2.0", "∂y/∂a = 3 · a**2", "3 · 2**2", 12.0),
        ("y = a * 0.5", "a = 2.0", "∂y/∂a = ", "", 0.5),
        ("y = cos(a)", "a = 0.0", "∂y/∂a = -sin(a)", "-sin(0)", -0.0),
        ("y = erf(a)", "a = 0.0", "∂y/∂a = 2/√π · e**(-a²)", "2/√π · e**(-0²)", 1.1283791670955126),
        ("y = sum(a)", "a = [1.0, 2.0]", "∂y/∂a = broadcast(∂y/∂y)", "broadcast(1)", None),
    ],
)
def test_a_local_derivative_stands_alone_too(
    program: str, inputs: str, symbols: str, numbers: str, value: float | None
) -> None:
    timeline = bp.run(bp.loads(f"program = '''\n{program}\n'''\n[inputs]\n{inputs}\n").graph)
    found = local_derivative(timeline, next(iter(timeline.graph.edges)))
    assert f"{found.symbol} = {' '.join(term.symbol for term in found.terms)}" == symbols
    assert " ".join(term.number for term in found.terms) == numbers
    assert found.value == value


def test_a_term_that_is_filled_can_be_written_at_any_length() -> None:
    story = last("y = sum(a * b)", "a = [1.0, -2.0]\nb = [3.0, 4.0]")
    upstream, _, local = story.expression
    assert (upstream.filled, local.filled) != (None, None)
    assert [term.filled.number(str) for term in (upstream, local) if term.filled] == ["[1. 1.]", "[ 1. -2.]"]


def test_what_is_computed_is_told_from_what_it_is_called() -> None:
    assert [" ".join(term.symbol for term in story.expression) for story in told(TREE)] == [
        *["", "", "a + b", "b + 1", "c · d", ""],
        *["∂e/∂e · ∂e/∂c", "∂e/∂e · ∂e/∂d", "∂e/∂d · ∂d/∂b", "∂e/∂c · ∂c/∂a", "∂e/∂c · ∂c/∂b"],
    ]


def test_of_many_operands_only_those_are_named_that_a_formula_has() -> None:
    operands = [f"x{number}" for number in range(300)]
    inputs = "\n".join(f"{name} = 1.0" for name in operands)
    graph = bp.loads(f"program = 'y = sum(stack([{', '.join(operands)}]))'\n[inputs]\n{inputs}\n").graph
    timeline = bp.run(graph)
    formula = formula_along(timeline, graph.consumers[graph["x7"].index][0], np.ones(300))
    assert formula.template == "layer 7 of {g}"
    assert set(formula.names) == {"g", "y", "statement"}
    assert set(formula.values) == {"g", "y"}


def test_a_derivative_that_is_transposed_is_in_brackets() -> None:
    story = last("y = sum(x.T)", "x = [[1.0, 2.0]]")
    assert story.symbols == "∂y/∂x += (∂y/∂x.T)ᵀ"
