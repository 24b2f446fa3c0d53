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
    operation = OPERATIONS[name]
    text = "\n".join(reference.page(operation))
    assert "{" not in text
    assert operation.signature in text
    assert ("/∂" in text) == operation.differentiable
    assert operation.grad_fn in text
    assert "PyTorch: " in text


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
        "    At a = 2, b = 3: y = 6, ∂y/∂a = 3, ∂y/∂b = 2.",
        "",
        "    PyTorch: a * b, MulBackward0",
    ]


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
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "there is no operation 'sofmax'; did you mean 'softmax'?" in err
