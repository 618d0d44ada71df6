"""The shipped folder: configs, tokenizer, manifest and graphs in the hub's layout."""
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from . import prompt
from .calibrate import Caution, openings_of
from .export import export_graphs
from .language import Language
from .quantise import SUFFIX, export_quantised
from .shape import FPS, FRAMES_PER_TICK, HEIGHT, MEAN, MERGE, PATCH, STD, TEXT, VISION, VOCAB, WIDTH, WINDOW
from .tower import Tower

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif part['type'] == 'video' %}<|vision_start|><|video_pad|><|vision_end|>{% elif 'text' in part %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def model_config() -> Qwen2_5_VLConfig:
    text = dict(
        vocab_size=VOCAB, hidden_size=TEXT.dim, intermediate_size=TEXT.inner, num_hidden_layers=TEXT.layers,
        num_attention_heads=TEXT.heads, num_key_value_heads=TEXT.kv_heads, rms_norm_eps=TEXT.eps, max_position_embeddings=4096,
        rope_parameters={"rope_type": "default", "rope_theta": TEXT.theta, "mrope_section": TEXT.mrope_section},
        bos_token_id=None, eos_token_id=prompt.IM_END, pad_token_id=prompt.ENDOFTEXT)
    vision = dict(
        depth=VISION.depth, hidden_size=VISION.dim, intermediate_size=VISION.inner, num_heads=VISION.heads, patch_size=PATCH,
        spatial_merge_size=MERGE, temporal_patch_size=FRAMES_PER_TICK, window_size=WINDOW, out_hidden_size=TEXT.dim,
        fullatt_block_indexes=list(VISION.full_attention), tokens_per_second=2,
        rope_parameters={"rope_type": "axial", "rope_theta": VISION.theta})
    config = Qwen2_5_VLConfig(
        text_config=text, vision_config=vision, image_token_id=prompt.IMAGE_PAD, video_token_id=prompt.VIDEO_PAD,
        vision_start_token_id=prompt.VISION_START, vision_end_token_id=prompt.VISION_END, tie_word_embeddings=True)
    config.architectures = ["Qwen2_5_VLForConditionalGeneration"]
    return config


def reference_model(tower: Tower, language: Language) -> Qwen2_5_VLForConditionalGeneration:
    """The same weights in the reference library's class."""
    model = Qwen2_5_VLForConditionalGeneration(model_config()).eval()
    state = {f"model.visual.{k}": v for k, v in tower.state_dict().items()}
    state |= {f"model.language_model.{k}": v for k, v in language.state_dict().items()}
    state["lm_head.weight"] = language.embed_tokens.weight
    model.load_state_dict(state, strict=True)
    return model


def round_to_half(module: torch.nn.Module) -> None:
    """Rounds the weights to what the files store, so that PyTorch and the graphs compute with the same numbers."""
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(p.half().float())


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_hub(folder: Path, tower: Tower, language: Language, tokenizer: Tokenizer, manifest: dict) -> None:
    """Writes the whole model folder; weights must already be rounded to half."""
    folder.mkdir(parents=True, exist_ok=True)
    config = model_config().to_dict()
    write_json(folder / "config.json", config)
    write_json(folder / "generation_config.json", {
        "bos_token_id": None, "eos_token_id": [prompt.IM_END, prompt.SILENCE], "pad_token_id": prompt.ENDOFTEXT, "do_sample": False})
    write_json(folder / "preprocessor_config.json", {
        # These bounds make smart_resize of a 16:9 picture land on exactly 224×128.
        "image_processor_type": "Qwen2VLImageProcessor", "processor_class": "Qwen2_5_VLProcessor",
        "min_pixels": 27000, "max_pixels": 29400, "size": {"shortest_edge": 27000, "longest_edge": 29400}, "patch_size": PATCH,
        "temporal_patch_size": FRAMES_PER_TICK, "merge_size": MERGE, "image_mean": [MEAN] * 3, "image_std": [STD] * 3,
        "do_resize": True, "do_rescale": True, "do_normalize": True, "do_convert_rgb": True, "rescale_factor": 1 / 255, "resample": 3})
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "Qwen2Tokenizer", "model_max_length": 4096, "pad_token": "<|endoftext|>", "eos_token": "<|im_end|>",
        "bos_token": None, "unk_token": None, "add_prefix_space": False, "clean_up_tokenization_spaces": False,
        "additional_special_tokens": prompt.SPECIALS, "chat_template": CHAT_TEMPLATE})
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE)
    write_json(folder / "booth.json", manifest)
    states = [{k: v.detach().float().numpy() for k, v in m.state_dict().items()} for m in (tower, language)]
    export_graphs(*states, folder)
    export_quantised(*states, folder)


def manifest(tokenizer: Tokenizer, version: str, measured: dict, cautions: dict[str, Caution]) -> dict:
    """booth.json: everything the runtime must know beyond the hub's own files."""
    return {
        "name": "kickabout", "version": version, "family": "qwen2_5_vl", "licence": "MIT",
        "description": "A tiny streaming commentator for simulated football, trained from scratch on two CPU cores.",
        "knowsOnly": "Kickabout's simulated football broadcasts. It has never seen a real match and should stay silent on one.",
        "trainedOn": "Matches of the Kickabout simulator, seeds below 1,000,000, and their reference commentary.",
        "languages": ["en", "zh"],
        "input": {"width": WIDTH, "height": HEIGHT, "fps": FPS, "framesPerTick": FRAMES_PER_TICK, "resize": "stretch"},
        "strategy": "streaming",
        "prompt": {"system": prompt.SYSTEM, "memoryLines": prompt.MEMORY_LINES, "memorySeparator": "\n",
                   "prefix": "<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{memory}<|im_end|>\n<|im_start|>assistant\n",
                   "tick": "<|vision_start|>{video_pad × tokensPerTick}<|vision_end|>", "tokensPerTick": 28},
        "tokens": {name: tokenizer.token_to_id(text) for name, text in {
            "silence": "<|silence|>", "endOfLine": "<|im_end|>", "visionStart": "<|vision_start|>", "visionEnd": "<|vision_end|>",
            "videoPad": "<|video_pad|>"}.items()},
        "silenceBias": {lang: caution.silence for lang, caution in cautions.items()},
        "openingBias": {lang: [{"opens": openings_of(tokenizer, lang)[token], "id": token, "by": by} for token, by in caution.openings.items()]
                        for lang, caution in cautions.items()},
        "window": {"maxTicks": 20, "keepTicks": 10},
        "maxLineTokens": 40,
        "dtypes": {"fp32": {"suffix": "", "storage": "float16 weights, float32 arithmetic"}, "q8": {"suffix": SUFFIX, "storage": "int8 weights"}},
        "measured": measured,
    }
