"""The 8-bit variant: dynamic quantisation of the matrix products, beside the full graphs with the hub's suffix `_quantized`."""
import shutil
import tempfile
from pathlib import Path

from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic

from .export import State, export_graphs

SUFFIX = "_quantized"


def export_quantised(tower: State, language: State, folder: Path) -> None:
    """Writes onnx/{graph}_quantized.onnx; the embedding table has no product and is copied."""
    with tempfile.TemporaryDirectory() as temporary:
        plain = Path(temporary)
        export_graphs(tower, language, plain, half=False)
        for name in ("vision_encoder", "decoder_model_merged"):
            quantize_dynamic(plain / "onnx" / f"{name}.onnx", folder / "onnx" / f"{name}{SUFFIX}.onnx", per_channel=True,
                             weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"], extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT})
    shutil.copy(folder / "onnx" / "embed_tokens.onnx", folder / "onnx" / f"embed_tokens{SUFFIX}.onnx")
