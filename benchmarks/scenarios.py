"""Scenarios of any size: what the benchmarks run on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np


@dataclass(frozen=True)
class Network:
    """The weights of a multi-layer perceptron with relu, as `micrograd.nn.MLP` has them: `layers[l][n]`."""

    layers: Sequence[Sequence[tuple[Sequence[float], float]]]

    @classmethod
    def random(cls, sizes: Sequence[int], seed: int = 1) -> Network:
        """A network of these layer sizes, inputs first."""
        draw = Random(seed)
        return cls(
            [
                [([draw.uniform(-1, 1) for _ in range(inputs)], draw.uniform(-1, 1)) for _ in range(neurons)]
                for inputs, neurons in pairwise(sizes)
            ]
        )


def mlp(network: Network, samples: Sequence[Sequence[float]]) -> str:
    """A scenario: the sum of a network's outputs for some samples, in scalar operations, as micrograd does it."""
    inputs, program, outputs = [], [], []
    for layer, neurons in enumerate(network.layers):
        for neuron, (weights, bias) in enumerate(neurons):
            inputs += [f"w{layer}_{neuron}_{k} = {weight!r}" for k, weight in enumerate(weights)]
            inputs.append(f"b{layer}_{neuron} = {bias!r}")
    for number, sample in enumerate(samples):
        inputs += [f"x{number}_{k} = {x!r}" for k, x in enumerate(sample)]
        activations = [f"x{number}_{k}" for k in range(len(sample))]
        for layer, neurons in enumerate(network.layers):
            is_last = layer == len(network.layers) - 1
            for neuron in range(len(neurons)):
                products = (f"w{layer}_{neuron}_{k} * {a}" for k, a in enumerate(activations))
                total = " + ".join([f"b{layer}_{neuron}", *products])
                name = f"h{number}_{layer}_{neuron}"
                program.append(f"{name} = {total}" if is_last else f"{name} = relu({total})")
            activations = [f"h{number}_{layer}_{neuron}" for neuron in range(len(neurons))]
        outputs += activations
    program.append(f"y = {' + '.join(outputs)}" if len(outputs) > 1 else f"y = {outputs[0]} * 1")
    return _scenario("A multi-layer perceptron", inputs, program)


def two_layers() -> str:
    """A scenario: 10 samples through two layers of 10 units, softmax, the loss in single steps, and weight decay."""
    draw = Random(3)
    inputs = [
        f"X = {{ value = {_matrix(draw)}, requires_grad = false }}",
        f"Y = {{ value = {np.eye(10).tolist()}, requires_grad = false }}",
        *(f"W{layer} = {_matrix(draw)}" for layer in (1, 2)),
        *(f"b{layer} = {_matrix(draw)[0]}" for layer in (1, 2)),
    ]
    program = [
        "pre = X @ W1 + b1",
        "h = relu(pre)",
        "scores = h @ W2 + b2",
        "p = softmax(scores)",
        "logs = log(p)",
        "picked = Y * logs",
        "decay = 0.01 * sum(W2 * W2)",
        "loss = decay - sum(picked)",
    ]
    return _scenario("Two layers", inputs, program)


def elementwise() -> str:
    """A scenario: a dozen operations element by element on matrices of 10 by 10, one of them from a row."""
    draw = Random(4)
    inputs = [
        f"a = {_matrix(draw)}",
        f"b = {_matrix(draw)}",
        f"row = {_matrix(draw)[0]}",
        f"t = {{ value = {_matrix(draw)}, requires_grad = false }}",
    ]
    program = [
        "u = a * b + row",
        "v = tanh(u)",
        "w = v * a",
        "s = sigmoid(w)",
        "r = relu(s - row)",
        "error = r - t",
        "loss = mean(error ** 2)",
    ]
    return _scenario("Element by element", inputs, program)


def _matrix(draw: Random) -> list[list[float]]:
    return [[round(draw.gauss(0, 1), 3) for _ in range(10)] for _ in range(10)]


def chain(operations: int) -> str:
    """A scenario: that many operations in a row."""
    program = [f"y{i} = sin({f'y{i - 1}' if i else 'x'})" for i in range(operations)]
    return _scenario("A long chain", ["x = 1.0"], program)


def residual(blocks: int) -> str:
    """A scenario: `h + tanh(w * h)` that many times, four nodes each."""
    inputs = ["h0 = 0.5", *(f"w{i} = 0.5" for i in range(blocks))]
    return _scenario("A residual chain", inputs, [f"h{i + 1} = h{i} + tanh(w{i} * h{i})" for i in range(blocks)])


def layered(nodes: int, width: int) -> str:
    """A scenario: layers of products of any two values of the layer before; every tenth reaches 2 to 8 layers back."""
    draw = Random(1)
    layers = [[f"x{i}" for i in range(width)]]
    program = []
    for start in range(0, nodes - width, width):
        layer = [f"n{i}" for i in range(start, min(start + width, nodes - width))]
        for name in layer:
            back = min(len(layers), draw.randint(2, 8)) if draw.random() < 0.1 else 1
            program.append(f"{name} = {draw.choice(layers[-1])} * {draw.choice(layers[-back])}")
        layers.append(layer)
    return _scenario("Random layers", [f"{name} = 0.5" for name in layers[0]], program)


def matmuls(layers: int = 10, size: int = 512) -> str:
    """A scenario: that many products of matrices of `size` by `size`, all of which need a gradient.

    A file could not hold the numbers: a matrix is a fixed one, made by the program, times a row of weights.
    """
    draw = Random(5)
    inputs = [f"w{i} = {[round(draw.gauss(0, 0.1), 3) for _ in range(size)]}" for i in range(layers + 1)]
    program = [f"base = cos(reshape(arange({size * size}), ({size}, {size})) * 0.7)", "h0 = base * w0"]
    for i in range(1, layers + 1):
        program += [f"W{i} = base * w{i}", f"y{i} = h{i - 1} @ W{i}", f"h{i} = h{i - 1} + tanh(y{i})"]
    program.append(f"loss = mean(h{layers} * h{layers})")
    return _scenario("Large matrices", inputs, program)


def deep(tensors: int, size: int = 1_000_000) -> str:
    """A scenario: that many tensors in a row, each made of the one before."""
    program = [f"y0 = expand(x, ({size}, 1))", *(f"y{i} = sin(y{i - 1})" for i in range(1, tensors))]
    return _scenario("Large tensors in a row", ["x = [0.5]"], [*program, f"loss = sum(y{tensors - 1})"])


def broad(uses: int, size: int = 1_000_000) -> str:
    """A scenario: one tensor that is used many times, and a gradient of full size comes back from every use."""
    functions = ("norm", "logsumexp", "var", "mean")
    program = [f"x = sin(expand(w, ({size}, 1)))"]
    program += [f"y{i} = {functions[i % len(functions)]}(x)" for i in range(uses)]
    return _scenario("A large fan-out", ["w = [0.5]"], [*program, f"loss = {' + '.join(f'y{i}' for i in range(uses))}"])


def _scenario(title: str, inputs: Sequence[str], program: Sequence[str]) -> str:
    return "\n".join([f'title = "{title}"', 'program = """', *program, '"""', "[inputs]", *inputs, ""])
