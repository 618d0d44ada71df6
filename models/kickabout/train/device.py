"""Where the training computes: on a CUDA card where there is one (`CUDA_VISIBLE_DEVICES=` hides it), else on the processor.

A stage puts its modules there; everything else goes where its module is.
"""
import numpy as np
import torch


def best() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_of(module: torch.nn.Module) -> torch.device:
    return next(module.parameters()).device


def beside(module: torch.nn.Module, array: np.ndarray) -> torch.Tensor:
    """The array as a tensor on the module's device."""
    return torch.from_numpy(array).to(device_of(module))


def mixed(module: torch.nn.Module) -> torch.autocast:
    """Products in bfloat16 on the module's device."""
    return torch.autocast(device_of(module).type, torch.bfloat16)
