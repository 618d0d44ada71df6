"""A thin writer for ONNX graphs: every call adds one node and returns its output's name."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 20, 9
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    """Weights are stored as float16 with a Cast beside them, which onnxruntime folds at load: half the file, float32 arithmetic."""

    def __init__(self, half: bool = True):
        self.half, self.nodes, self.initializers, self.known, self.count = half, [], [], {}, 0

    def __call__(self, op: str, *inputs: str, outputs: list[str] | None = None, domain: str = "", **attributes) -> str:
        self.count += 1
        outputs = outputs or [f"{op.lower()}_{self.count}"]
        self.nodes.append(helper.make_node(op, list(inputs), outputs, name=f"{op}_{self.count}", domain=domain, **attributes))
        return outputs[0]

    def const(self, value, dtype) -> str:
        array = np.asarray(value, dtype)
        key = (array.tobytes(), array.shape, array.dtype.str)
        if key not in self.known:
            self.known[key] = name = f"const_{len(self.known)}"
            self.initializers.append(numpy_helper.from_array(array, name))
        return self.known[key]

    def ints(self, *values: int) -> str:
        return self.const(values, np.int64)

    def int(self, value: int) -> str:
        return self.const(value, np.int64)

    def float(self, value) -> str:
        return self.const(value, np.float32)

    def weight(self, name: str, array: np.ndarray) -> str:
        if not self.half:
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
            return name
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float16), f"{name}.f16"))
        return self("Cast", f"{name}.f16", outputs=[name], to=FLOAT)

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray | None = None) -> str:
        y = self("MatMul", x, self.weight(f"{name}.weight", weight.T))
        return y if bias is None else self("Add", y, self.weight(f"{name}.bias", bias))

    def rms_norm(self, x: str, name: str, weight: np.ndarray, eps: float) -> str:
        return self("SimplifiedLayerNormalization", x, self.weight(f"{name}.weight", weight), axis=-1, epsilon=eps, stash_type=1)

    def swiglu(self, x: str, name: str, w: dict[str, np.ndarray]) -> str:
        gate, up = (self.linear(x, f"{name}.{k}", w[f"{k}.weight"], w.get(f"{k}.bias")) for k in ("gate_proj", "up_proj"))
        silu = self("Mul", gate, self("Sigmoid", gate))
        return self.linear(self("Mul", silu, up), f"{name}.down_proj", w["down_proj.weight"], w.get("down_proj.bias"))

    def rotate(self, x: str, cos: str, sin: str) -> str:
        """Rotary embedding of the last axis by halves (NeoX style)."""
        self.count += 1
        a, b = f"half_a_{self.count}", f"half_b_{self.count}"
        self("Split", x, outputs=[a, b], axis=-1, num_outputs=2)
        return self("Add", self("Mul", x, cos), self("Mul", self("Concat", self("Neg", b), a, axis=-1), sin))

    def save(self, path: str, name: str, inputs: list, outputs: list) -> None:
        """inputs and outputs: (name, element type, shape) with symbols as strings."""
        infos = [[helper.make_tensor_value_info(*v) for v in values] for values in (inputs, outputs)]
        graph = helper.make_graph(self.nodes, name, *infos, self.initializers)
        model = helper.make_model(graph, ir_version=IR_VERSION, producer_name="kickabout", opset_imports=[
            helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)])
        onnx.save(model, path)


def scope(state: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    """The entries under `prefix.`, without it."""
    return {k[len(prefix) + 1:]: v for k, v in state.items() if k.startswith(prefix + ".")}
