"""Makes test/fixtures/decoding/samplers.json: what transformers' logits processors leave of random logits.

    python3 models/parity/samplers.py     (pip install -r models/kickabout/requirements.txt)

The processors are put together by `_get_logits_processor` itself, so their order is the reference's too.
"""
import json
from pathlib import Path

import numpy as np
import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

VOCABULARY = 64
CASES = [
    {"temperature": 1.0},
    {"temperature": 0.4},
    {"temperature": 2.5},
    {"topK": 1},
    {"topK": 7},
    {"topK": 100},
    {"topP": 0.05},
    {"topP": 0.5},
    {"topP": 0.95},
    {"repetitionPenalty": 1.3},
    {"repetitionPenalty": 0.8},
    {"temperature": 0.7, "topK": 20, "topP": 0.8},
    {"temperature": 1.4, "topK": 12, "topP": 0.6, "repetitionPenalty": 1.2},
]


def main() -> None:
    rng = np.random.default_rng(7)
    model = LlamaForCausalLM(LlamaConfig(vocab_size=VOCABULARY, hidden_size=8, intermediate_size=8, num_hidden_layers=1,
                                         num_attention_heads=1, num_key_value_heads=1))
    golden = []
    for number, case in enumerate(CASES):
        logits = (rng.standard_normal(VOCABULARY) * 3).astype(np.float32)
        if number % 2 == 1:
            logits[rng.integers(0, VOCABULARY, 5)] = -np.inf
        seen = rng.integers(0, VOCABULARY, 9).tolist()
        processors = model._get_logits_processor(GenerationConfig(
            do_sample=True, temperature=case.get("temperature", 1.0), top_k=case.get("topK", 0), top_p=case.get("topP", 1.0),
            repetition_penalty=case.get("repetitionPenalty", 1.0)))
        scores = processors(torch.tensor([seen]), torch.from_numpy(logits)[None])[0]
        golden.append({"sampling": {"temperature": 1, "topK": 0, "topP": 1, "repetitionPenalty": 1, **case}, "seen": seen,
                       "logits": numbers(logits), "scores": numbers(scores.numpy())})
    target = Path(__file__).resolve().parents[2] / "test/fixtures/decoding/samplers.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(golden, separators=(",", ":")).replace("},{", "},\n{") + "\n")


def numbers(row: np.ndarray) -> list:
    """JSON has no infinity: null stands for -inf."""
    return [None if np.isneginf(value) else round(float(value), 6) for value in row]


main()
