"""Every operation of the registry, as a program writes it: as a function and as a method."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.engine.run import run
from backprop_tui.graph import Shape, Value
from backprop_tui.ops.operation import Operation
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.scenario import Scenario
from tests.ops.cases import CASES, Case, each
from tests.scenario.texts import scenario

ONE_OF_EACH = {str(case): case for case in CASES}
WRITABLE = [case for case in ONE_OF_EACH.values() if not OPERATIONS[case.op].spelling and len(case.shapes[0]) < 3]


def written(operation: Operation, case: Case, *, as_method: bool) -> str:
    """The call of a case in the program language."""
    names = list(operation.slots(len(case.shapes)))
    given = [f"{name}={write(value)}" for name, value in case.attributes.items()]
    if as_method:
        return f"{names[0]}.{operation.name}({', '.join([*names[1:], *given])})"
    operands = [f"[{', '.join(names)}]"] if operation.variadic else names
    return f"{operation.name}({', '.join([*operands, *given])})"


def write(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def loaded(call: str, case: Case) -> Scenario:
    """A scenario that sums the call up, with the inputs of the case."""
    inputs = []
    for node in case.graph.inputs:
        assert node.value is not None
        flags = "" if node.requires_grad else ", requires_grad = false"
        inputs.append(f"{node.name} = {{ value = {node.value.tolist()}{flags} }}")
    return scenario(f"out = sum({call})", "\n".join(inputs))


def gradients(scenario: Scenario) -> dict[str, Value | None]:
    timeline = run(scenario.graph)
    return {node.name: timeline.grads[node.name] for node in scenario.graph.inputs}


@each(WRITABLE)
def test_as_a_function_and_as_a_method(case: Case) -> None:
    operation = OPERATIONS[case.op]
    if not operation.differentiable:
        pytest.skip("a mask has no gradient, so it cannot be the output of a scenario")
    function, method = (loaded(written(operation, case, as_method=is_method), case) for is_method in (False, True))
    for one in (function, method):
        node = next(node for node in one.graph if node.op == case.op)
        shape: Shape = case.graph["y"].shape
        assert node.shape == shape
        assert {**node.attributes} == {**case.graph["y"].attributes}
    for name, grad in gradients(function).items():
        np.testing.assert_array_equal(grad, gradients(method)[name])


def test_an_array_of_numbers_may_have_a_name_between_inner_expressions() -> None:
    one = scenario("b = (a + 1) * a\nz = zeros(())\nc = (b + 2) * z", "a = 2.0")
    assert [node.name for node in one.graph] == ["a", "1", "%1", "b", "z", "2", "%2", "c"]
