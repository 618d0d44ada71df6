"""Makes test/fixtures/tiny-{idefics3,smolvlm}: random SmolVLM and SmolVLM2 in the hub's layout, and what transformers computes with them.

    python3 models/parity/tiny_idefics3.py     (pip install -r models/parity/requirements.txt)

Tiles are 64 pixels instead of 512, and 16 tokens instead of 64; everything else has the shape of the real ones.
"""
import numpy as np
import torch
from transformers import (Idefics3Config, Idefics3ForConditionalGeneration, Idefics3Processor, PreTrainedTokenizerFast, SmolVLMConfig,
                          SmolVLMForConditionalGeneration, SmolVLMProcessor, SmolVLMVideoProcessor)
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.video_utils import VideoMetadata

from graphs import FLOAT, Decoder, Graph, decoder, embed_tokens, layer_norm, patches, save_vision, scope, vit_layer
from tiny import answer, byte_level, conversation, first_clear, numpy_state, picture, pixels, randomise, runs, write_folder, write_golden

TILE, PATCH, SHUFFLE, VISION_DIM, VISION_LAYERS = 64, 8, 2, 32, 2
TOKENS = (TILE // PATCH // SHUFFLE) ** 2
LONGEST = 4 * TILE
GRID = 6
"""Rows and columns that have markers, as in the real vocabulary."""
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<fake_token_around_image>", "<image>", "<end_of_utterance>", "<global-img>",
            *[f"<row_{r}_col_{c}>" for r in range(1, GRID + 1) for c in range(1, GRID + 1)]]
TEMPLATE = ("<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}{% if message['content'][0]['type'] == 'image' %}"
            "{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
            "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}"
            "<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}")
STILLS = {"wide": [(333, 187, 1)], "tall": [(57, 211, 2)], "a tile": [(64, 64, 3)], "tiny": [(9, 5, 4)], "thread": [(300, 5, 5)],
          "three of three sizes": [(200, 100, 6), (31, 33, 7), (64, 128, 8)]}
VIDEOS = {"four at 2 a second": (4, 2, (123, 77)), "five at 0.4 a second": (5, 0.4, (64, 64))}
COMMON = {"do_convert_rgb": True, "do_image_splitting": True, "do_normalize": True, "do_pad": True, "do_rescale": True, "do_resize": True,
          "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "max_image_size": {"longest_edge": TILE}, "resample": 1,
          "rescale_factor": 1 / 255, "size": {"longest_edge": LONGEST}}
SAMPLING = {"fps": 1, "max_frames": 64, "video_size": {"longest_edge": TILE}}


def make_model(kind: str, tokenizer, seed: int):
    config_class, model_class = {"idefics3": (Idefics3Config, Idefics3ForConditionalGeneration),
                                 "smolvlm": (SmolVLMConfig, SmolVLMForConditionalGeneration)}[kind]
    config = config_class(
        image_token_id=tokenizer.token_to_id("<image>"), scale_factor=SHUFFLE, tie_word_embeddings=False,
        vision_config={"hidden_size": VISION_DIM, "intermediate_size": 64, "num_hidden_layers": VISION_LAYERS, "num_attention_heads": 2,
                       "image_size": TILE, "patch_size": PATCH},
        text_config={"model_type": "llama", "vocab_size": tokenizer.get_vocab_size(), "hidden_size": 48, "intermediate_size": 96, "head_dim": 16,
                     "num_hidden_layers": 2, "num_attention_heads": 3, "num_key_value_heads": 1, "rms_norm_eps": 1e-5, "max_position_embeddings": 8192,
                     "rope_parameters": {"rope_type": "default", "rope_theta": 100000.0}, "pad_token_id": 0})
    model = model_class(config).eval()
    randomise(model, seed)
    return model


def make_processor(kind: str, tokenizer):
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|im_start|>", eos_token="<end_of_utterance>", pad_token="<|im_end|>",
                                   extra_special_tokens={"image_token": "<image>", "fake_image_token": "<fake_token_around_image>"})
    if kind == "idefics3":
        return Idefics3Processor(Idefics3ImageProcessorPil(**COMMON), fast, image_seq_len=TOKENS, chat_template=TEMPLATE)
    # Given `size` too, the reference overwrites the size of videos with that of pictures (`video_processing_smolvlm.py`, `__init__`), against its own
    # documentation, which says that videos should not be upsampled (`docs/source/en/model_doc/smolvlm.md`).
    video = SmolVLMVideoProcessor(**{k: v for k, v in COMMON.items() if k != "size"}, video_sampling=dict(SAMPLING))
    return SmolVLMProcessor(SmolVLMImageProcessorPil(**COMMON), fast, video, image_seq_len=TOKENS, chat_template=TEMPLATE)


def case(model, name: str, kind: str, sizes: list, inputs, text: str, exact=None, **more) -> dict:
    values = inputs["pixel_values"] if exact is None else exact
    return {"name": name, "kind": kind, **more, "pictures": sizes, "text": text, "ids": runs(inputs["input_ids"][0].tolist()),
            "pixels": pixels(inputs["pixel_values"].numpy(), values.numpy()), **answer(model, {**inputs, "pixel_values": values})}


def cases(model, processor, kind: str) -> list[dict]:
    made = []
    for name, sizes in STILLS.items():
        messages = conversation(len(sizes), "image")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        images = [[picture(*size) for size in sizes]]
        made.append(case(model, name, "images", sizes, processor(text=[text], images=images, return_tensors="pt"), text, messages=messages))
    if kind == "idefics3":
        # A clip, for a model without video: each frame is one tile.
        sizes = [(123, 77, i) for i in range(3)]
        messages = conversation(len(sizes), "image")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        inputs = processor(text=[text], images=[[picture(*s) for s in sizes]], size={"longest_edge": TILE}, return_tensors="pt")
        return [*made, case(model, "a clip of three", "images", sizes, inputs, text, messages=messages, whole=True)]
    for name, (count, fps, (width, height)) in VIDEOS.items():
        sizes = [(width, height, i) for i in range(count)]
        messages = conversation(1, "video")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        frames = torch.from_numpy(np.stack([picture(*s) for s in sizes])).permute(0, 3, 1, 2)
        metadata = VideoMetadata(total_num_frames=count, fps=fps, duration=count / fps, frames_indices=list(range(count)))
        inputs = processor(text=[text], videos=[frames], video_metadata=[metadata], return_tensors="pt")
        exact = processor.image_processor([[picture(*s) for s in sizes]], size={"longest_edge": TILE}, return_tensors="pt")["pixel_values"]
        made.append(case(model, name, "video", sizes, inputs, text, exact, messages=messages, fps=fps))
    return made


def export(model, folder) -> None:
    state = numpy_state(model)
    g, w = Graph(), scope(state, "model.vision_model")
    side, grid = TILE // PATCH, TILE // PATCH // SHUFFLE
    x = g("Reshape", "pixel_values", g.ints(-1, 3, TILE, TILE))
    x = g("Add", patches(g, x, "patch", scope(w, "embeddings.patch_embedding"), PATCH),
          g.weight("position", w["embeddings.position_embedding.weight"][None]))
    for i in range(VISION_LAYERS):
        x = vit_layer(g, x, f"vit.{i}", scope(w, f"encoder.layers.{i}"), 2, 1e-6, "gelu_pytorch_tanh")
    x = layer_norm(g, x, "post", scope(w, "post_layernorm"), 1e-6)
    x = g("Reshape", x, g.ints(-1, grid, SHUFFLE, grid, SHUFFLE * VISION_DIM))
    x = g("Reshape", g("Transpose", x, perm=[0, 1, 3, 2, 4]), g.ints(-1, TOKENS, SHUFFLE ** 2 * VISION_DIM))
    x = g.linear(x, "connector", state["model.connector.modality_projection.proj.weight"])
    # The real graphs read the mask; tiles are whole here as there, so that it changes nothing: it is only looked at.
    whole = g("ReduceMin", g("Cast", "pixel_attention_mask", to=FLOAT), keepdims=0)
    dim = state["lm_head.weight"].shape[1]
    save_vision(g, g("Mul", x, whole), folder, [("pixel_values", FLOAT, ["batch_size", "num_images", 3, TILE, TILE]),
                                               ("pixel_attention_mask", 9, ["batch_size", "num_images", TILE, TILE])],
                [("image_features", FLOAT, ["num_image_features", TOKENS, dim])])
    embed_tokens(state["model.text_model.embed_tokens.weight"], folder)
    decoder(state, Decoder(layers=2, heads=3, kv_heads=1, dim=dim, vocab=state["lm_head.weight"].shape[0], theta=100000.0, eps=1e-5,
                           prefix="model.text_model"), folder)


def make(kind: str) -> None:
    tokenizer = byte_level(SPECIALS, None)
    processor = make_processor(kind, tokenizer)

    def attempt(seed: int):
        model = make_model(kind, tokenizer, seed)
        return model, cases(model, processor, kind)
    model, golden, seed = first_clear(attempt)
    names = {"idefics3": "Idefics3", "smolvlm": "SmolVLM"}[kind]
    end = tokenizer.token_to_id("<end_of_utterance>")
    folder = write_folder(kind, tokenizer, {
        "config.json": model.config.to_dict(),
        "generation_config.json": {"bos_token_id": 1, "eos_token_id": end, "pad_token_id": 2},
        "preprocessor_config.json": {**COMMON, "image_processor_type": f"{names}ImageProcessor", "processor_class": f"{names}Processor",
                                     **({"video_sampling": SAMPLING} if kind == "smolvlm" else {})},
        "processor_config.json": {"image_seq_len": TOKENS, "processor_class": f"{names}Processor"},
        "tokenizer_config.json": {"tokenizer_class": "GPT2Tokenizer", "bos_token": "<|im_start|>", "eos_token": "<end_of_utterance>",
                                  "pad_token": "<|im_end|>", "unk_token": "<|endoftext|>"}}, TEMPLATE)
    export(model, folder / "onnx")
    write_golden(folder, golden, seed)


def main() -> None:
    for kind in ("idefics3", "smolvlm"):
        make(kind)


if __name__ == "__main__":
    main()
