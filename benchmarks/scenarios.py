"""Scenarios of any size: what the benchmarks run on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random


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


def chain(operations: int) -> str:
    """A scenario: that many operations in a row."""
    program = [f"y{i} = sin({f'y{i - 1}' if i else 'x'})" for i in range(operations)]
    return _scenario("A long chain", ["x = 1.0"], program)


def _scenario(title: str, inputs: Sequence[str], program: Sequence[str]) -> str:
    return "\n".join([f'title = "{title}"', 'program = """', *program, '"""', "[inputs]", *inputs, ""])
