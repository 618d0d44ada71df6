"""Makes test/fixtures/tiny-qwen2_5_vl: a random Qwen2.5-VL of 0.2 M parameters in the hub's layout, and what transformers computes with it.

    python3 models/parity/tiny_qwen2_5_vl.py     (pip install -r models/kickabout/requirements.txt)

Every golden number comes from the reference class `Qwen2_5_VLForConditionalGeneration` on the whole prompt at once, without a cache.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models/kickabout"))
from train import prompt, shape  # noqa: E402

# The exporter and the config read their sizes from `shape` when they are imported.
shape.WIDTH, shape.HEIGHT = 96, 64
shape.GRID_H, shape.GRID_W = shape.HEIGHT // shape.PATCH, shape.WIDTH // shape.PATCH
shape.ROWS, shape.COLS = shape.GRID_H // shape.MERGE, shape.GRID_W // shape.MERGE
shape.TOKENS = shape.ROWS * shape.COLS
shape.VISION = shape.VisionShape(dim=16, heads=1, inner=32, depth=3, full_attention=(1,))
shape.TEXT = shape.TextShape(dim=32, heads=2, kv_heads=1, inner=64, layers=2)

SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
LINES = ["Kick-off, and the reds are under way.", "Goal for the blues! It's two one.", "Corner from the right.", "开球，红队先攻。",
         "进球了！蓝队二比一领先。", "右侧角球。"]
SYSTEM = {"en": "en: Say what you see.", "zh": "zh: 说你所见。"}
MEMORY_LINES, MAX_TICKS, KEEP_TICKS, MAX_LINE_TOKENS, TICKS = 2, 4, 2, 6, 12
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


def make_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(LINES, trainers.BpeTrainer(
        vocab_size=400, special_tokens=[AddedToken(s, special=True, normalized=False) for s in prompt.SPECIALS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def make_model(seed: int):
    from train.hub import model_config, round_to_half
    from transformers import Qwen2_5_VLForConditionalGeneration
    torch.manual_seed(seed)
    model = Qwen2_5_VLForConditionalGeneration(model_config()).eval()
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.endswith("bias"):
                p.copy_(torch.randn_like(p) * 0.1)
            elif p.dim() > 1:
                # Layers that outweigh the token itself: else a random model with tied embeddings repeats what it reads.
                gain = 6 if "o_proj" in name or "down_proj" in name else 1
                p.copy_(torch.randn_like(p) * gain * p[0].numel() ** -0.5)
    round_to_half(model)
    return model


def write_folder(folder: Path, model, tokenizer: Tokenizer, bias: dict[str, float]) -> None:
    from train.export import export_graphs
    from train.hub import CHAT_TEMPLATE, write_json
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", model.config.to_dict())
    write_json(folder / "generation_config.json", {"eos_token_id": [prompt.IM_END, prompt.ENDOFTEXT], "pad_token_id": prompt.ENDOFTEXT})
    write_json(folder / "preprocessor_config.json", {
        "image_processor_type": "Qwen2VLImageProcessor", "patch_size": shape.PATCH, "temporal_patch_size": shape.FRAMES_PER_TICK,
        "merge_size": shape.MERGE, "image_mean": MEAN, "image_std": STD, "rescale_factor": 1 / 255, "min_pixels": 1024, "max_pixels": 16384})
    (folder / "tokenizer.json").write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False))
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"})
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE)
    write_json(folder / "booth.json", {
        "name": "tiny-qwen2_5_vl", "version": "1", "family": "qwen2_5_vl", "licence": "MIT",
        "description": "Random weights, for tests.", "languages": list(SYSTEM),
        "input": {"width": shape.WIDTH, "height": shape.HEIGHT, "fps": shape.FPS, "framesPerTick": shape.FRAMES_PER_TICK, "resize": "stretch"},
        "strategy": "streaming",
        "prompt": {"system": SYSTEM, "memoryLines": MEMORY_LINES, "memorySeparator": "\n", "tokensPerTick": shape.TOKENS,
                   "prefix": "<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{memory}<|im_end|>\n<|im_start|>assistant\n"},
        "tokens": {"silence": prompt.SILENCE, "endOfLine": prompt.IM_END, "visionStart": prompt.VISION_START,
                   "visionEnd": prompt.VISION_END, "videoPad": prompt.VIDEO_PAD},
        "silenceBias": bias, "window": {"maxTicks": MAX_TICKS, "keepTicks": KEEP_TICKS}, "maxLineTokens": MAX_LINE_TOKENS,
        "dtypes": {"fp32": {"suffix": ""}}})
    plain = {k: v.detach().float().numpy() for k, v in model.state_dict().items()}
    export_graphs(*({k[len(p):]: v for k, v in plain.items() if k.startswith(p)} for p in ("model.visual.", "model.language_model.")), folder)


def frame(index: int) -> np.ndarray:
    """uint8 [64, 96, 3]: value = (7·x + 13·y + 29·c + 101·index + (x·y·(index + 1) >> 3)) mod 256."""
    y, x, c = np.meshgrid(np.arange(shape.HEIGHT), np.arange(shape.WIDTH), np.arange(3), indexing="ij")
    return ((7 * x + 13 * y + 29 * c + 101 * index + ((x * y * (index + 1)) >> 3)) % 256).astype(np.uint8)


def patches(frames: list[np.ndarray]) -> np.ndarray:
    """The reference's normalised pixels of two frames, in the order that its image processor gives them in."""
    processor = Qwen2VLImageProcessorPil(patch_size=shape.PATCH, temporal_patch_size=2, merge_size=shape.MERGE, image_mean=MEAN, image_std=STD)
    still = [processor(f, do_resize=False, return_tensors="np")["pixel_values"].reshape(-1, 3, 2, shape.PATCH ** 2) for f in frames]
    # A still is one frame twice: its first half is that frame.
    return np.stack([s[:, :, 0] for s in still], axis=2).reshape(-1, 3 * 2 * shape.PATCH ** 2)


class Reference:
    def __init__(self, model, tokenizer):
        self.model, self.tokenizer = model, tokenizer

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def prefix(self, lang: str, memory: list[str]) -> list[int]:
        said = "\n".join(memory[-MEMORY_LINES:])
        return self.encode(f"<|im_start|>system\n{SYSTEM[lang]}<|im_end|>\n<|im_start|>user\n{said}<|im_end|>\n<|im_start|>assistant\n")

    @torch.no_grad()
    def forward(self, ids: list[int], pixels: list[np.ndarray]) -> tuple[np.ndarray, list[list[int]]]:
        """Logits after the whole prompt, and its positions (t, h, w)."""
        tokens, kinds = torch.tensor([ids]), torch.tensor([[2 if i == prompt.VIDEO_PAD else 0 for i in ids]])
        grid = torch.tensor([[1, shape.GRID_H, shape.GRID_W]] * len(pixels))
        seconds = torch.full((len(pixels),), shape.FRAMES_PER_TICK / shape.FPS)
        positions, _ = self.model.model.get_rope_index(tokens, kinds, video_grid_thw=grid, second_per_grid_ts=seconds)
        out = self.model(input_ids=tokens, pixel_values_videos=torch.from_numpy(np.concatenate(pixels)), video_grid_thw=grid,
                         mm_token_type_ids=kinds, second_per_grid_ts=seconds, use_cache=False)
        return out.logits[0, -1].numpy(), positions[:, 0].tolist()

    def stream(self, bias: float) -> list[dict]:
        """The streaming strategy over TICKS ticks, each decision by one forward pass over everything in the context."""
        head, ticks, said, steps = self.prefix("en", ["Kick-off."]), [], [(-1, "Kick-off.")], []
        for i in range(TICKS):
            if len(ticks) == MAX_TICKS:
                ticks = ticks[-KEEP_TICKS:]
                head = self.prefix("en", [text for at, text in said if at < ticks[0]["at"]])
            tick = {"at": i, "pixels": patches([frame(2 * i), frame(2 * i + 1)]), "line": []}
            ticks.append(tick)
            seen = [t["pixels"] for t in ticks]

            def ids() -> list[int]:
                block = [prompt.VISION_START] + [prompt.VIDEO_PAD] * shape.TOKENS + [prompt.VISION_END]
                return head + [j for t in ticks for j in block + t["line"]]
            logits, positions = self.forward(ids(), seen)
            step = {"context": len(ids()), "positions": [axis[-shape.TOKENS - 2:] for axis in positions],
                    "logits": [round(float(v), 5) for v in logits], "ids": []}
            biased = logits + bias * (np.arange(len(logits)) == prompt.SILENCE)
            step["margin"] = margin(biased)
            while biased.argmax() != prompt.SILENCE and len(tick["line"]) < MAX_LINE_TOKENS:
                allowed = np.where(np.arange(len(logits)) == prompt.SILENCE, -np.inf, logits)
                step["margin"] = min(step["margin"], margin(allowed))
                if allowed.argmax() in (prompt.IM_END, prompt.ENDOFTEXT):
                    break
                tick["line"].append(int(allowed.argmax()))
                logits, _ = self.forward(ids(), seen)
            if tick["line"]:
                step["ids"] = list(tick["line"])
                step["text"] = self.tokenizer.decode(tick["line"]).replace("\ufffd", "")
                said.append((i, step["text"]))
                tick["line"].append(prompt.IM_END)
            steps.append(step)
        return steps


def margin(logits: np.ndarray) -> float:
    first, second = np.sort(logits)[-1:-3:-1]
    return float(first - second)


def biases(reference: Reference) -> list[float]:
    """Biases of silence under which a stream that would be all talk falls silent now and then."""
    gaps = [max(step["logits"]) - step["logits"][prompt.SILENCE] for step in reference.stream(-1e9)]
    return [round(float(b), 2) for b in np.quantile(gaps, [0.5, 0.3])]


def fits(steps: list[dict]) -> bool:
    """Can any runtime tell it apart: no near ties, no empty or repeated line, both answers before and after the window moved?"""
    texts = [s["text"].strip() for s in steps if s["ids"]]
    late = [bool(s["ids"]) for s in steps[MAX_TICKS:]]
    return min(s["margin"] for s in steps) > 0.01 and len(set(texts)) == len(texts) >= 3 and all(texts) and any(late) and not all(late)


def first_fit(tokenizer: Tokenizer) -> tuple[Reference, float, list[dict], int]:
    for seed in range(1000):
        reference = Reference(make_model(seed), tokenizer)
        try:
            for bias in biases(reference):
                steps = reference.stream(bias)
                if fits(steps):
                    return reference, bias, steps, seed
        except StopIteration:
            print(f"seed {seed} says <|video_pad|>, which the reference takes for a picture")
    raise SystemExit("no seed fits")


def main() -> None:
    folder = ROOT / "test/fixtures/tiny-qwen2_5_vl"
    tokenizer = make_tokenizer()
    shape.VOCAB = tokenizer.get_vocab_size()
    reference, bias, steps, seed = first_fit(tokenizer)
    write_folder(folder, reference.model, tokenizer, {"en": bias, "zh": bias})
    pixels = patches([frame(0), frame(1)])
    samples = LINES + ["<|im_start|>user\nIt's 10:32, isn't it?  Yes\n\n<|im_end|>", "e\u0301 ＡＢ 🥅⚽ \t x"]
    golden = {
        "seed": seed, "frame": frame.__doc__, "memory": ["Kick-off."], "lang": "en", "ticks": steps,
        "prefix": reference.prefix("en", ["Kick-off."]),
        "pixels": {"dims": list(pixels.shape), "every": 97, "values": [round(float(v), 6) for v in pixels.reshape(-1)[::97]]},
        "tokenizer": [{"text": t, "ids": reference.encode(t), "decoded": tokenizer.decode(reference.encode(t))} for t in samples]}
    (folder / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
