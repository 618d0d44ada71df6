"""Makes test/fixtures/tiny-llava_onevision: a random LLaVA-OneVision in the hub's layout, and what transformers computes with it.

    python3 models/parity/tiny_llava_onevision.py     (pip install -r models/parity/requirements.txt)

Pictures are 70 pixels instead of 384: 5 × 5 patches, pooled to 3 × 3 in videos, as 27 × 27 are to 14 × 14. Everything else has the shape of the real
one. The embedding of a row's end, which the hub's graphs leave out, stands in processor_config.json, where Booth looks for it.
"""
import torch
from PIL import Image
import numpy as np
from transformers import (LlavaOnevisionConfig, LlavaOnevisionForConditionalGeneration, LlavaOnevisionProcessor, LlavaOnevisionVideoProcessor,
                          PreTrainedTokenizerFast)
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import LlavaOnevisionImageProcessorPil

from graphs import FLOAT, Decoder, Graph, activation, decoder, embed_tokens, linear, patches, save_vision, scope, vit_layer
from tiny import (QWEN_SPLIT, answer, byte_level, conversation, first_clear, numpy_state, picture, pixels, randomise, runs, same_features,
                  write_folder, write_golden)

SIDE, PATCH, VISION_DIM, VISION_LAYERS, HEADS = 70, 14, 32, 2, 2
GRID = SIDE // PATCH
PINPOINTS = [[SIDE * rows, SIDE * columns] for rows in range(1, 7) for columns in range(1, 7)]
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
PIXELS = {"do_convert_rgb": True, "do_normalize": True, "do_pad": True, "do_rescale": True, "do_resize": True, "image_mean": MEAN, "image_std": STD,
          "resample": 3, "rescale_factor": 1 / 255, "size": {"height": SIDE, "width": SIDE}}
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"]
TEMPLATE = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + ' '}}{# Render all images first #}"
            "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\n' }}{% endfor %}"
            "{# Render all video then #}{% for content in message['content'] | selectattr('type', 'equalto', 'video') %}{{ '<video>\n' }}{% endfor %}"
            "{# Render all text next #}{% if message['role'] != 'assistant' %}"
            "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ '\n' + content['text'] }}{% endfor %}{% else %}"
            "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{% generation %}{{ '\n' + content['text'] }}"
            "{% endgeneration %}{% endfor %}{% endif %}{{'<|im_end|>'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
STILLS = {"wide": [(333, 187, 1)], "tall": [(57, 211, 2)], "of its size": [(70, 70, 3)], "tiny": [(9, 5, 4)], "large": [(500, 420, 5)],
          "three of three sizes": [(200, 100, 6), (31, 33, 7), (64, 128, 8)]}
VIDEOS = {"four at 2 a second": (4, 2, (123, 77)), "five at 0.4 a second": (5, 0.4, (70, 70))}
TEXT = {"model_type": "qwen2", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
        "rms_norm_eps": 1e-6, "max_position_embeddings": 32768, "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0}}


def make_model(tokenizer, seed: int):
    config = LlavaOnevisionConfig(
        image_token_index=tokenizer.token_to_id("<image>"), video_token_index=tokenizer.token_to_id("<video>"), image_grid_pinpoints=PINPOINTS,
        vision_feature_layer=-1, vision_feature_select_strategy="full", vision_aspect_ratio="anyres_max_9", tie_word_embeddings=False,
        vision_config={"model_type": "siglip_vision_model", "hidden_size": VISION_DIM, "intermediate_size": 64, "num_hidden_layers": VISION_LAYERS,
                       "num_attention_heads": HEADS, "image_size": SIDE, "patch_size": PATCH, "vision_use_head": False},
        text_config={**TEXT, "vocab_size": tokenizer.get_vocab_size()})
    model = LlavaOnevisionForConditionalGeneration(config).eval()
    randomise(model, seed)
    return model


def base_case(model, name: str, sizes: list, messages: list, text: str, inputs) -> dict:
    """What the hub's graphs alone can do, and transformers.js does: each picture once, in the size of a tile, without an end of rows."""
    shown = model.model
    pad = model.config.image_token_id
    ids: list[int] = []
    for i, token in enumerate(inputs["input_ids"][0].tolist()):
        ids += [token] if token != pad or not ids or ids[-1] != pad else []
    ids = [j for token in ids for j in ([pad] * GRID ** 2 if token == pad else [token])]
    values = torch.stack([views[0] for views in inputs["pixel_values"]])
    with torch.no_grad():
        features = shown.multi_modal_projector(shown.vision_tower(values, output_hidden_states=True).hidden_states[-1])
        embeds = shown.get_input_embeddings()(torch.tensor([ids]))
        embeds[0, torch.tensor(ids) == pad] = features.reshape(-1, features.shape[-1])
    return {"name": name, "kind": "images", "plain": True, "pictures": sizes, "messages": messages, "text": text, "ids": runs(ids),
            "pixels": pixels(values.numpy(), values.numpy()), **answer(model, {"inputs_embeds": embeds})}


def cases(model, processor) -> list[dict]:
    made = []
    for name, sizes in STILLS.items():
        messages = conversation(len(sizes), "image")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        inputs = processor(text=[text], images=[[Image.fromarray(picture(*size)) for size in sizes]], return_tensors="pt")
        values = inputs["pixel_values"].numpy()
        made.append({"name": name, "kind": "images", "pictures": sizes, "messages": messages, "text": text,
                     "ids": runs(inputs["input_ids"][0].tolist()), "pixels": pixels(values, values), **answer(model, dict(inputs))})
        if name == "wide":
            made.append(base_case(model, "wide, without an end of rows", sizes, messages, text, inputs))
    for name, (count, fps, (width, height)) in VIDEOS.items():
        sizes = [(width, height, i) for i in range(count)]
        messages = conversation(1, "video")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        frames = np.stack([picture(*size) for size in sizes])
        inputs = processor(text=[text], videos=[torch.from_numpy(frames).permute(0, 3, 1, 2)], return_tensors="pt")
        # The same frames by Pillow: two of the processor's pictures at a time are never cut; a square of the right size is all that is left of them.
        still = processor.image_processor
        exact = torch.from_numpy(np.stack([still.normalize(still.rescale(still.resize(f.transpose(2, 0, 1), still.size, still.resample), 1 / 255), MEAN, STD)
                                           for f in frames]))[None]
        made.append({"name": name, "kind": "video", "fps": fps, "pictures": sizes, "messages": messages, "text": text,
                     "ids": runs(inputs["input_ids"][0].tolist()), "pixels": pixels(inputs["pixel_values_videos"].numpy(), exact.numpy()),
                     **answer(model, {**inputs, "pixel_values_videos": exact})})
    return made


def export(model, folder) -> None:
    state = numpy_state(model)
    g, w = Graph(), scope(state, next(p for p in ("model.vision_tower.vision_model", "model.vision_tower") if f"{p}.post_layernorm.weight" in state))
    x = g("Add", patches(g, "pixel_values", "patch", scope(w, "embeddings.patch_embedding"), PATCH),
          g.weight("position", w["embeddings.position_embedding.weight"][None]))
    for i in range(VISION_LAYERS):                                                          # vision_feature_layer -1 is before the last norm
        x = vit_layer(g, x, f"vit.{i}", scope(w, f"encoder.layers.{i}"), HEADS, 1e-6, "gelu_pytorch_tanh")
    x = linear(g, x, "linear_1", scope(state, "model.multi_modal_projector.linear_1"))
    x = linear(g, activation(g, x, "gelu"), "linear_2", scope(state, "model.multi_modal_projector.linear_2"))
    vocab, dim = state["lm_head.weight"].shape
    save_vision(g, x, folder, [("pixel_values", FLOAT, ["batch_size", 3, SIDE, SIDE])], [("image_features", FLOAT, ["batch_size", GRID ** 2, dim])])
    embed_tokens(state["model.language_model.embed_tokens.weight"], folder)
    decoder(state, Decoder(layers=2, heads=2, kv_heads=1, dim=dim, vocab=vocab, theta=1000000.0, eps=1e-6), folder)


def main() -> None:
    tokenizer = byte_level(SPECIALS, QWEN_SPLIT)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>",
                                   extra_special_tokens={"image_token": "<image>", "video_token": "<video>"})
    processor = LlavaOnevisionProcessor(
        LlavaOnevisionImageProcessorPil(**PIXELS, image_grid_pinpoints=PINPOINTS), fast,
        LlavaOnevisionVideoProcessor(**{k: v for k, v in PIXELS.items() if k != "do_pad"}), num_image_tokens=GRID ** 2,
        vision_feature_select_strategy="full", vision_aspect_ratio="anyres_max_9", chat_template=TEMPLATE)

    def attempt(seed: int):
        model = make_model(tokenizer, seed)
        return model, cases(model, processor)
    model, golden, seed = first_clear(attempt)
    end = tokenizer.token_to_id("<|im_end|>")
    folder = write_folder("llava_onevision", tokenizer, {
        "config.json": model.config.to_dict(), "generation_config.json": {"eos_token_id": [end, 0], "pad_token_id": 0},
        "preprocessor_config.json": {**PIXELS, "image_grid_pinpoints": PINPOINTS, "image_processor_type": "LlavaOnevisionImageProcessor",
                                     "processor_class": "LlavaOnevisionProcessor"},
        "processor_config.json": {"image_token": "<image>", "num_image_tokens": GRID ** 2, "processor_class": "LlavaOnevisionProcessor",
                                  "video_token": "<video>", "vision_aspect_ratio": "anyres_max_9", "vision_feature_select_strategy": "full",
                                  "image_newline": model.model.image_newline.tolist()},
        "tokenizer_config.json": {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}}, TEMPLATE)
    export(model, folder / "onnx")
    same_features(folder, lambda values: model.model.multi_modal_projector(
        model.model.vision_tower(values, output_hidden_states=True).hidden_states[-1]), (2, 3, SIDE, SIDE))
    write_golden(folder, golden, seed)


if __name__ == "__main__":
    main()
