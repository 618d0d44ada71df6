"""Prints, as base64, the graph with which Booth tries a device (src/onnx/probe-graph.ts): sum = value + value, float32 [4]."""
import base64

from onnx import TensorProto, helper

vector = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [4]) for name in ("value", "sum")]
graph = helper.make_graph([helper.make_node("Add", ["value", "value"], ["sum"])], "probe", vector[:1], vector[1:])
model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 20)])
print(base64.b64encode(model.SerializeToString()).decode())
