"""What drawings look like: texts a reviewer can read. `UPDATE_GOLDENS=1 pytest` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backprop_tui.drawing.boxes import BoxStyle, Detail, LabelStyle
from backprop_tui.drawing.drawing import Arrangement
from backprop_tui.drawing.graph_view import GraphView, RunTexts
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.engine.run import run
from backprop_tui.scenario import loads
from tests.drawing.examples import Still, fields_of, random_layers, to_text

GOLDENS = Path(__file__).parent / "goldens"
FULL, FULL_SHORT, COMPACT, BARE, LINE, BRIEF, DOTS = LEVELS

TREE = """
program = '''
c = a + b
d = b + 1
e = c * d
'''
inputs = { a = 2.0, b = 1.0 }
"""
PERCEPTRON = """
program = '''
h1 = tanh(w11*x1 + w12*x2 + b1)
h2 = tanh(w21*x1 + w22*x2 + b2)
h3 = tanh(w31*x1 + w32*x2 + b3)
y = v1*h1 + v2*h2 + v3*h3 + c
'''
inputs.x1 = { value = 1.0, requires_grad = false }
inputs.x2 = { value = -0.5, requires_grad = false }
inputs.w11 = 0.5
inputs.w12 = 0.25
inputs.w21 = -0.5
inputs.w22 = 1.0
inputs.w31 = 0.75
inputs.w32 = 0.5
inputs.b1 = 0.25
inputs.b2 = 0.0
inputs.b3 = -0.25
inputs.v1 = 1.0
inputs.v2 = 2.0
inputs.v3 = -1.0
inputs.c = 0.5
"""
RESIDUAL = """
program = '''
h1 = x + tanh(w1 * x)
h2 = h1 + tanh(w2 * h1)
'''
inputs = { x = 0.5, w1 = 2.0, w2 = -1.0 }
"""
COMPONENTS = """
output = "square"
program = '''
aside = exp(b)
square = a * a
'''
inputs = { a = 3.0, b = 0.5, unused = 1.0 }
"""
MATRICES = """
program = '''
y = W @ x
loss = sum(y ** 2)
'''
[inputs]
W = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
x = { value = [1.0, 0.0, -1.0], requires_grad = false }
"""

NEURON = """
program = '''
s = w0 * x0 + w1 * x1 + w2
n = s * -1
f = 1 / (exp(n) + 1)
'''
inputs = { w0 = 2.0, x0 = -1.0, w1 = -3.0, x1 = -2.0, w2 = -3.0 }
"""
ATTENTION = """
program = '''
Q = X @ Wq
K = X @ Wk
V = X @ Wv
scores = Q @ K.T / 1.414
A = softmax(scores, axis=1)
out = A @ V
loss = sum(out * out)
'''
[inputs]
X = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
Wq = [[1.0, 0.0], [1.0, 2.0]]
Wk = [[1.0, 1.0], [0.0, 2.0]]
Wv = [[2.0, 0.0], [0.0, 1.0]]
"""

# name: scenario, level of detail, position (from the end, if negative); `-sideways`: from left to right
PICTURES = {
    "tree-full-start": (TREE, FULL, 0),
    "tree-full-forward": (TREE, FULL, 3),
    "tree-full-seed": (TREE, FULL, 6),
    "tree-full-end": (TREE, FULL, 11),
    "tree-short-labels": (TREE, FULL_SHORT, 8),
    "tree-compact": (TREE, COMPACT, 11),
    "tree-bare": (TREE, BARE, 9),
    "tree-full-bare": (TREE, Detail(BoxStyle.FULL, LabelStyle.NONE), 10),
    "tree-lines": (TREE, LINE, 4),
    "tree-dots": (TREE, DOTS, 11),
    "perceptron-lines": (PERCEPTRON, LINE, -1),
    "perceptron-brief": (PERCEPTRON, BRIEF, -2),
    "perceptron-dots": (PERCEPTRON, DOTS, -9),
    "residual-full": (RESIDUAL, FULL, -2),
    "components-compact": (COMPONENTS, COMPACT, -1),
    "matrices-full": (MATRICES, FULL, -1),
    "neuron-full": (NEURON, FULL, -3),
    "attention-brief": (ATTENTION, BRIEF, -2),
    "tree-full-sideways": (TREE, FULL, 11),
    "tree-compact-sideways": (TREE, COMPACT, 3),
    "tree-lines-sideways": (TREE, LINE, 4),
    "neuron-full-sideways": (NEURON, FULL, -3),
    "perceptron-dots-sideways": (PERCEPTRON, DOTS, -9),
    "residual-bare-sideways": (RESIDUAL, BARE, -2),
    "components-compact-sideways": (COMPONENTS, COMPACT, -1),
    "attention-brief-sideways": (ATTENTION, BRIEF, -2),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_the_one_that_was_reviewed(name: str) -> None:
    scenario, detail, position = PICTURES[name]
    timeline = run(loads(scenario).graph)
    texts = RunTexts(timeline)
    way = Orientation.LEFT_TO_RIGHT if name.endswith("-sideways") else Orientation.TOP_DOWN
    drawing = Arrangement(timeline.graph).draw(detail, texts.fields, way)
    at = position if position >= 0 else len(timeline) + 1 + position
    check(name, to_text(drawing, GraphView(texts, at)))


@pytest.mark.parametrize("way", Orientation, ids=lambda way: way.value)
def test_a_random_graph_is_drawn_as_it_was_reviewed(way: Orientation) -> None:
    graph = random_layers(6, 5, seed=4)
    drawing = Arrangement(graph).draw(DOTS, fields_of(graph), way)
    check(f"random-dots-{way.value}", to_text(drawing, Still()))


def check(name: str, text: str) -> None:
    golden = GOLDENS / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
