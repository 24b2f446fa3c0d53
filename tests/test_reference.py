"""What `backprop-tui ops` and docs/operations.md say is what the registry holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backprop_tui import reference
from backprop_tui.cli import main
from backprop_tui.ops.registry import OPERATIONS

DOCS = Path(__file__).parent.parent / "docs" / "operations.md"
START = "<!-- generated from the registry: see tests/test_reference.py -->\n\n"


def test_the_page_in_the_docs_is_generated_from_the_registry() -> None:
    head, start, found = DOCS.read_text(encoding="utf-8").partition(START)
    generated = "\n".join(reference.markdown())
    if os.environ.get("UPDATE_GOLDENS"):
        DOCS.write_text(head + start + generated, encoding="utf-8")
        found = generated
    assert found == generated, "run this test with UPDATE_GOLDENS=1 and read the diff"


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_explains_itself(name: str) -> None:
    """Value, formula and intuition for each operand, the same in numbers, the choice at kinks, PyTorch's spelling."""
    operation = OPERATIONS[name]
    lines = list(reference.page(operation))
    text = "\n".join(lines)
    assert "{" not in text
    assert lines[0] == operation.signature
    assert lines[1].strip().endswith(".")
    assert ("/∂" in text) == operation.differentiable
    assert len(reference.example(operation)) == len(operation.operands[:1]) + 1 + text.count(".grad += ")
    formulas = [number for number, line in enumerate(lines) if line.startswith("    ∂")]
    assert len(formulas) == text.count(".grad += ")
    for number in formulas:
        assert lines[number + 1].strip().endswith(".")  # a sentence of intuition
    assert sum(line.startswith("    If ") for line in lines) >= sum(bool(kink.taken) for kink in operation.kinks)
    assert f"    PyTorch: {'torch.' if 'torch.' in text else ''}" in text
    assert operation.grad_fn in text


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_example_shows_every_number_it_is_about(name: str) -> None:
    text = "\n".join(reference.example(OPERATIONS[name]))
    assert "μ" not in text  # no array is too large to be shown
    assert "nan" not in text
    assert "inf" not in text


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("add", "distributes"),
        ("mul", "swaps"),
        ("max", "routes"),
        ("maximum", "routes"),
        ("matmul", "transposes"),
        ("sum", "broadcasts"),
        ("softmax", "couples"),
    ],
)
def test_what_an_operation_does_to_a_gradient_has_a_verb(name: str, verb: str) -> None:
    assert verb in "\n".join(reference.page(OPERATIONS[name]))


def test_a_page_has_symbols_numbers_words_and_spelling(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "*"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a * b",
        "    y is the product of a and b.",
        "",
        "    ∂y/∂a = b",
        "    A product swaps its factors: a gets the gradient of y times the other factor, b.",
        "",
        "    ∂y/∂b = a",
        "    A product swaps its factors: b gets the gradient of y times the other factor, a.",
        "",
        "    a = 2, b = 3, ∂out/∂y = 1:",
        "      y = a · b = 6",
        "      a.grad += 1 · 3 = 3",
        "      b.grad += 1 · 2 = 2",
        "",
        "    PyTorch: a * b, MulBackward0",
    ]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_page_says_what_every_parameter_may_be(name: str) -> None:
    operation = OPERATIONS[name]
    page, section = list(reference.page(operation)), list(reference.markdown())
    for parameter in operation.parameters:
        (line,) = (line for line in page if line.startswith(f"    {parameter.name}: "))
        assert parameter.possible in line
        assert parameter.required or f"{parameter.default}" in line
        assert all(alias in line for alias in parameter.aliases)
        assert f"- `{parameter.name}`: {line.partition(': ')[2]}" in section


def test_a_parameter_may_be_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ops", "norm"])
    main(["ops", "mse_loss"])
    out = capsys.readouterr().out
    assert '    ord: a number above 0 or "inf"; 2 if left out; also p\n' in out
    assert '    reduction: "mean" or "sum" or "none"; "mean" if left out\n' in out


def test_a_page_says_what_is_taken_at_kinks(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ops", "pow"])
    out = capsys.readouterr().out
    assert "If x is 0 and ln x infinite: the derivative by n is taken as 0, as in PyTorch.\n" in out
    assert "If x and n are both 0, and 0 ** 0 is taken as 1: the derivative is taken as 0, as in PyTorch.\n" in out


def test_one_sign_may_be_two_operations(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ops", "-"])
    out = capsys.readouterr().out
    assert out.startswith("a - b\n")
    assert "\n\n-x\n" in out


def test_an_alias_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ops", "cat"])
    assert capsys.readouterr().out.startswith("concat([x, …], axis=0)\n")


def test_without_a_name_all_are_listed_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ops"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Arithmetic"
    for operation in OPERATIONS.values():
        assert any(line.startswith(f"  {operation.signature} ") for line in lines)


def test_an_unknown_name_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "sofmax\x1b[2J"]) == 2
    assert main(["ops", "sofmax"]) == 2
    assert main(["ops", "asin"]) == 2
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "there is no operation 'sofmax'; did you mean 'softmax'?" in err
    assert "there is no operation 'asin'; write arcsin(x)" in err
