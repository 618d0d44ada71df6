"""Makes test/fixtures/tiny-{qwen2_vl,qwen2_5_vl-hub}: random Qwen2-VL and Qwen2.5-VL in the hub's layout, and what transformers computes with them.

    python3 models/parity/tiny_qwen2_vl.py     (pip install -r models/parity/requirements.txt)

Patches, merging and the chat template are those of the real models; the limits of the pictures' area are small.
"""
import json
import types

import numpy as np
import torch
from PIL import Image
from transformers import (PreTrainedTokenizerFast, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor, Qwen2VLConfig,
                          Qwen2VLForConditionalGeneration, Qwen2VLProcessor, Qwen2VLVideoProcessor)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil, smart_resize
from transformers.video_utils import VideoMetadata

from graphs import Decoder, decoder, embed_tokens, scope
from qwen_graphs import Vision, vision_encoder
from tiny import (QWEN_SPLIT, ROOT, answer, byte_level, conversation, first_clear, numpy_state, picture, pixels, randomise, runs, write_folder,
                  write_golden)

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>",
            "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"]
TEMPLATE = ("{% set image_count = namespace(value=0) %}{% set video_count = namespace(value=0) %}{% for message in messages %}"
            "{% if loop.first and message['role'] != 'system' %}<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
            "<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}<|im_end|>\n{% else %}"
            "{% for content in message['content'] %}{% if content['type'] == 'image' or 'image' in content or 'image_url' in content %}"
            "{% set image_count.value = image_count.value + 1 %}{% if add_vision_id %}Picture {{ image_count.value }}: {% endif %}"
            "<|vision_start|><|image_pad|><|vision_end|>{% elif content['type'] == 'video' or 'video' in content %}"
            "{% set video_count.value = video_count.value + 1 %}{% if add_vision_id %}Video {{ video_count.value }}: {% endif %}"
            "<|vision_start|><|video_pad|><|vision_end|>{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}<|im_end|>\n"
            "{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
PIXELS = {"min_pixels": 56 * 56, "max_pixels": 28 * 28 * 48}
COMMON = {"do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.48145466, 0.4578275, 0.40821073],
          "image_std": [0.26862954, 0.26130258, 0.27577711], "merge_size": 2, "patch_size": 14, "temporal_patch_size": 2, "resample": 3,
          "rescale_factor": 1 / 255}
# (width, height, number of the picture). 70 and 98 are halves of 28: Python rounds them to the even neighbour.
STILLS = {"tall": [(57, 213, 1)], "wide": [(1280, 64, 2)], "halves": [(70, 98, 3)], "as it is": [(84, 56, 4)], "tiny": [(9, 5, 5)],
          "thread": [(300, 3, 6)], "large": [(333, 187, 7)], "three of three sizes": [(200, 100, 8), (31, 33, 9), (64, 128, 10)]}
# Pictures, a second, size.
VIDEOS = {"four at 2 a second": (4, 2, (123, 77)), "five at 3 a second": (5, 3, (140, 84)), "six at 0.5 a second": (6, 0.5, (56, 56))}
LAYERS, HEADS, KV_HEADS, DIM, SECTIONS, THETA = 2, 3, 1, 48, (2, 3, 3), 1000000.0
VISION_DIM, VISION_HEADS, DEPTH, WINDOW, FULL = 32, 2, 3, 56, (1,)


def make_model(kind: str, tokenizer, seed: int):
    tokens = {f"{name}_token_id": tokenizer.token_to_id(f"<|{spelling}|>") for name, spelling in
              {"image": "image_pad", "video": "video_pad", "vision_start": "vision_start", "vision_end": "vision_end"}.items()}
    text = {"vocab_size": tokenizer.get_vocab_size(), "hidden_size": DIM, "intermediate_size": 96, "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS, "num_key_value_heads": KV_HEADS, "max_position_embeddings": 8192, "rms_norm_eps": 1e-6,
            "rope_parameters": {"rope_type": "default", "rope_theta": THETA, "mrope_section": list(SECTIONS)}, "bos_token_id": 0, "eos_token_id": 2}
    if kind == "qwen2_vl":
        vision = {"depth": DEPTH, "embed_dim": VISION_DIM, "hidden_size": DIM, "mlp_ratio": 2, "num_heads": VISION_HEADS}
        model = Qwen2VLForConditionalGeneration(Qwen2VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=False, **tokens))
    else:
        vision = {"depth": DEPTH, "hidden_size": VISION_DIM, "out_hidden_size": DIM, "intermediate_size": 64, "num_heads": VISION_HEADS,
                  "window_size": WINDOW, "fullatt_block_indexes": list(FULL), "tokens_per_second": 2}
        model = Qwen2_5_VLForConditionalGeneration(Qwen2_5_VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=False, **tokens))
    randomise(model.eval(), seed)
    with torch.no_grad():
        norm = model.model.visual.merger.ln_q.weight
        norm.copy_((1 + norm).half().float())
    return model


def make_processor(kind: str, tokenizer):
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    sizes = {"size": {"shortest_edge": PIXELS["min_pixels"], "longest_edge": PIXELS["max_pixels"]}}
    make = Qwen2VLProcessor if kind == "qwen2_vl" else Qwen2_5_VLProcessor
    return make(Qwen2VLImageProcessorPil(**COMMON, **sizes), fast, Qwen2VLVideoProcessor(**COMMON, **sizes, cap_pixels_per_frame=False),
                chat_template=TEMPLATE)


def as_trained(self, input_ids, mm_token_type_ids, image_grid_thw=None, video_grid_thw=None, second_per_grid_ts=None, attention_mask=None, **_):
    """`get_rope_index` as the models were trained: what follows a picture or a video stands one over its largest position (QwenLM/Qwen2-VL;
    transformers up to 4.5x, `st_idx = llm_pos_ids_list[-1].max() + 1`). transformers 5 adds the larger side alone, so that a long video's time runs
    into the text after it."""
    config = self.config.vision_config
    grids = {1: iter(image_grid_thw if image_grid_thw is not None else []), 2: iter(video_grid_thw if video_grid_thw is not None else [])}
    seconds = iter(second_per_grid_ts if second_per_grid_ts is not None else [])
    kinds, parts, at, start = mm_token_type_ids[0].tolist(), [], 0, 0
    while at < len(kinds):
        end = next((i for i in range(at, len(kinds)) if kinds[i] != kinds[at]), len(kinds))
        if kinds[at] == 0:
            parts.append(torch.arange(end - at).expand(3, -1) + start)
        else:
            interval = 1 if kinds[at] == 1 or not hasattr(config, "tokens_per_second") else config.tokens_per_second * next(seconds)
            parts.append(self.get_vision_position_ids(start, next(grids[kinds[at]]), 1, config.spatial_merge_size, interval))
        start, at = int(parts[-1].max()) + 1, end
    positions = torch.cat(parts, dim=1)[:, None]
    return positions, torch.tensor([[start - len(kinds)]])


def case(model, name: str, kind: str, sizes: list, inputs, exact: np.ndarray, text: str, **more) -> dict:
    """`exact` are the pixels as Pillow has scaled them, which is what is answered to."""
    key = "pixel_values" if kind == "images" else "pixel_values_videos"
    indexed = {k: v for k, v in inputs.items() if "grid" in k or k in ("input_ids", "mm_token_type_ids")}
    if "second_per_grid_ts" in inputs:
        indexed["second_per_grid_ts"] = torch.as_tensor(inputs["second_per_grid_ts"])
    positions, trained = model.model.get_rope_index(**indexed)[0], as_trained(model.model, **indexed)[0]
    differs = not torch.equal(positions, trained)
    if differs:
        model.model.get_rope_index = types.MethodType(as_trained, model.model)
    made = {"name": name, "kind": kind, **more, "pictures": sizes, "text": text, "ids": runs(inputs["input_ids"][0].tolist()),
            "positions": trained[:, 0].tolist(), **({"amended": as_trained.__doc__} if differs else {}),
            "pixels": pixels(inputs[key].numpy(), exact), **answer(model, {**inputs, key: torch.from_numpy(exact)})}
    model.model.__dict__.pop("get_rope_index", None)
    return made


def cases(model, processor) -> list[dict]:
    made = []
    for name, sizes in STILLS.items():
        messages = conversation(len(sizes), "image")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        inputs = processor(text=[text], images=[Image.fromarray(picture(*size)) for size in sizes], return_tensors="pt")
        made.append(case(model, name, "images", sizes, inputs, inputs["pixel_values"].numpy(), text, messages=messages))
    for name, (count, fps, (width, height)) in VIDEOS.items():
        sizes = [(width, height, i) for i in range(count)]
        messages = conversation(1, "video")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        metadata = VideoMetadata(total_num_frames=count, fps=fps, duration=count / fps, frames_indices=list(range(count)))
        frames = [picture(*s) for s in sizes]
        video = torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2)
        inputs = processor(text=[text], videos=[video], video_metadata=[metadata], return_tensors="pt")
        made.append(case(model, name, "video", sizes, inputs, scaled_by_pillow(processor, frames), text, messages=messages, fps=fps))
    return made


def scaled_by_pillow(processor, frames: list[np.ndarray]) -> np.ndarray:
    """Patches of pairs of frames, the last one repeated, each frame as the reference prepares a still: which is one frame twice."""
    stills = [processor.image_processor(Image.fromarray(f), return_tensors="np")["pixel_values"].reshape(-1, 3, 2, 14 * 14)[:, :, 0] for f in frames]
    stills += stills[-1:] * (len(stills) % 2)
    return np.concatenate([np.stack(stills[i:i + 2], axis=2).reshape(-1, 3 * 2 * 14 * 14) for i in range(0, len(stills), 2)])


def hub_config(kind: str, model) -> dict:
    """The hub's Qwen2-VL repositories have the language model's configuration at the top."""
    config = model.config.to_dict()
    return {**config.pop("text_config"), **config} if kind == "qwen2_vl" else config


def export(kind: str, model, folder) -> None:
    state = numpy_state(model)
    window = {} if kind == "qwen2_vl" else {"window": WINDOW // 14, "full_attention": FULL}
    grid = "grid_thw" if kind == "qwen2_vl" else "image_grid_thw"
    vision_encoder(scope(state, "model.visual"), Vision(depth=DEPTH, heads=VISION_HEADS, dim=VISION_DIM, out=DIM, grid_name=grid, **window), folder)
    embed_tokens(state["model.language_model.embed_tokens.weight"], folder)
    decoder(state, Decoder(layers=LAYERS, heads=HEADS, kv_heads=KV_HEADS, dim=DIM, vocab=state["lm_head.weight"].shape[0], theta=THETA, eps=1e-6,
                           sections=SECTIONS), folder)


def make(kind: str, name: str) -> None:
    tokenizer = byte_level(SPECIALS, QWEN_SPLIT)
    processor = make_processor(kind, tokenizer)

    def attempt(seed: int):
        model = make_model(kind, tokenizer, seed)
        return model, cases(model, processor)
    model, golden, seed = first_clear(attempt)
    folder = write_folder(name, tokenizer, {
        "config.json": hub_config(kind, model),
        "generation_config.json": {"bos_token_id": 0, "pad_token_id": 0, "eos_token_id": [2, 0], "do_sample": True, "temperature": 0.1},
        "preprocessor_config.json": {**COMMON, **PIXELS, "image_processor_type": "Qwen2VLImageProcessor",
                                     "processor_class": "Qwen2VLProcessor" if kind == "qwen2_vl" else "Qwen2_5_VLProcessor"},
        "tokenizer_config.json": {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}}, TEMPLATE)
    export(kind, model, folder / "onnx")
    write_golden(folder, golden, seed)


def resized() -> None:
    """[width, height, width after, height after] with the real limits: every half of 28, and sizes over and under the limits."""
    sides = [(w, h) for w in (14, 42, 70, 98, 700, 1274, 1986) for h in range(14, 2000, 140)] + [
        (1, 1), (1, 200), (200, 1), (27, 28), (256, 256), (1280, 1280), (1281, 1280), (1920, 1080), (3840, 2160), (8000, 41)]
    cases = [[w, h, *reversed(smart_resize(h, w, 28, 56 * 56, 28 * 28 * 1280))] for w, h in sides if max(w, h) / min(w, h) <= 200]
    path = ROOT / "test/fixtures/images/smart-resize.json"
    path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")


def main() -> None:
    resized()
    make("qwen2_vl", "qwen2_vl")
    make("qwen2_5_vl", "qwen2_5_vl-hub")


if __name__ == "__main__":
    main()
