"""
A GRU4Rec safetensors file (shared or separate embedding, one layer) as an ONNX graph: one step of the GRU,
scores of all items, the best 20. Usage: onnx_model.py model.safetensors model.onnx

  item i64[B], hidden f32[B, D]  ->  next f32[B, D], scores f32[B, 20], items i64[B, 20]
"""

import json
import sys

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save


def tensors(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[start + begin : start + end], dtype="<f4")
            yield name, values.reshape(entry["shape"])


def graph(weights):
    D = weights["Wh_0"].shape[0]
    node = helper.make_node
    nodes = [
        node("Gather", ["E" if "E" in weights else "Wy", "item"], ["x"]),
        node("Gemm", ["x", "Wx_0", "b_0"], ["a"]),
        node("Split", ["a", "blocks"], ["a_rz", "a_c"], axis=1),
        node("Gemm", ["hidden", "Wrz_0", "a_rz"], ["u"]),
        node("Sigmoid", ["u"], ["rz"]),
        node("Split", ["rz", "halves"], ["r", "z"], axis=1),
        node("Mul", ["r", "hidden"], ["q"]),
        node("Gemm", ["q", "Wh_0", "a_c"], ["v"]),
        node("Tanh", ["v"], ["c"]),
        node("Sub", ["c", "hidden"], ["d"]),
        node("Mul", ["z", "d"], ["e"]),
        node("Add", ["hidden", "e"], ["next"]),
        node("Gemm", ["next", "Wy", "By"], ["all"], transB=1),
        node("TopK", ["all", "count"], ["scores", "items"], axis=1, largest=1, sorted=1),
    ]
    constants = {
        **weights,
        "blocks": np.array([2 * D, D]),
        "halves": np.array([D, D]),
        "count": np.array([20]),
    }
    value = helper.make_tensor_value_info
    return helper.make_graph(
        nodes,
        "gru4rec",
        [value("item", TensorProto.INT64, ["B"]), value("hidden", TensorProto.FLOAT, ["B", D])],
        [
            value("next", TensorProto.FLOAT, ["B", D]),
            value("scores", TensorProto.FLOAT, ["B", 20]),
            value("items", TensorProto.INT64, ["B", 20]),
        ],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )


source, target = sys.argv[1:]
model = helper.make_model(graph(dict(tensors(source))), opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 8
checker.check_model(model)
save(model, target)
