"""Counts the matrix products of a converted graph, and measures how fast they can be at most.

The peak is that of OpenVINO itself on this processor: chains of large 8-bit products with
nothing between them but the requantisation that 8 bits need.
"""

from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import openvino
from openvino import opset13

_ROWS = 1024
_CHAIN = 8
_SECONDS = 0.5
_SIZES = {"2048 × 2048": (2048, 2048), "384 × 1536, as in the model": (384, 1536)}
_LEVELS = 256


def matmul_operations(graph: Path, tokens: int) -> dict[str, float]:
    """Operations that one token takes in a text of `tokens`, a multiplication and an addition
    being two: in 8 bits, and in float (attention, which grows with the text)."""
    model = openvino.Core().read_model(graph)
    model.reshape({port.get_any_name(): [1, tokens] for port in model.inputs})
    in_8_bits = in_float = 0.0
    for node in model.get_ops():
        kind = node.get_type_name()
        if kind == "MatMul":
            left = node.input_value(0)
            operations = 2.0 * _size(node.output(0)) * list(left.get_shape())[-1]
            if left.get_node().get_type_name() == "FakeQuantize":
                in_8_bits += operations
            else:
                in_float += operations
        elif kind == "ScaledDotProductAttention":
            # Queries by keys, and the weights by values: the same number for both.
            in_float += 4.0 * _size(node.output(0)) * tokens
    return {"in_8_bits": in_8_bits / tokens, "in_float": in_float / tokens, "tokens": tokens}


def _size(port: openvino.Output) -> int:
    return int(np.prod(list(port.get_shape())))


def measure_peaks(rounds: int) -> dict[str, float]:
    """8-bit operations a second, by the size of the products; medians over rounds."""
    compiled = {name: _compile(*size) for name, size in _SIZES.items()}
    found: dict[str, list[float]] = {name: [] for name in _SIZES}
    for _ in range(rounds):
        for name, (request, operations) in compiled.items():
            found[name].append(_operations_per_second(request, operations))
    return {name: median(values) for name, values in found.items()}


def _compile(inner: int, outer: int) -> tuple[openvino.InferRequest, float]:
    """Products from `inner` columns to `outer` and back; and how many operations they take."""
    rng = np.random.default_rng(0)
    start = opset13.parameter([_ROWS, inner], np.float32)
    node = start
    for place in range(_CHAIN):
        width, height = (inner, outer) if place % 2 == 0 else (outer, inner)
        weights = rng.integers(-127, 128, (height, width)).astype(np.int8)
        scaled = opset13.multiply(
            opset13.convert(opset13.constant(weights), np.float32), np.float32(1 / 127)
        )
        node = opset13.matmul(_quantised(node), scaled, False, True)
    model = openvino.Model([node], [start])
    settings = {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": "1"}
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    request.set_input_tensor(openvino.Tensor(rng.random((_ROWS, inner), dtype=np.float32)))
    return request, 2.0 * _ROWS * inner * outer * _CHAIN


def _quantised(node: openvino.Node) -> openvino.Node:
    """Unsigned, which is what these instructions take."""
    low, high = np.float32(0.0), np.float32(1.0)
    return opset13.fake_quantize(node, low, high, low, high, _LEVELS)


def _operations_per_second(request: openvino.InferRequest, operations: float) -> float:
    request.infer()
    runs, start = 0, perf_counter()
    while (elapsed := perf_counter() - start) < _SECONDS or runs == 0:
        request.infer()
        runs += 1
    return runs * operations / elapsed
