"""Where the training computes: on a CUDA card where there is one (`CUDA_VISIBLE_DEVICES=` hides it), else on the processor.

A stage puts its modules there; everything else goes where its module is.
"""
import ctypes
import os
import sys

import numpy as np
import torch

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4        # mallopt(3)


def keep_memory() -> None:
    """Large tensors come from memory that the process keeps, in huge pages, and not, step after step, in small pages from the kernel, which clears
    each: steps on a CPU take an eighth less time (medians of six runs, by turns). To be called before the first tensor; does nothing where the C library is not glibc."""
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, -1)


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
