"""Makes test/fixtures/tiny-llava_qwen2: a random FastVLM in the hub's layout, and what transformers computes with it.

    python3 models/parity/tiny_llava_qwen2.py     (pip install -r models/parity/requirements.txt)

Pictures are 256 pixels instead of 1024, and so 16 tokens instead of 256; everything else has the shape of the real one. The reference is
`FastVlmForConditionalGeneration`, as which transformers knows it, with timm's FastViT.
"""
import torch
from PIL import Image
from transformers import FastVlmConfig, FastVlmForConditionalGeneration, LlavaProcessor, PreTrainedTokenizerFast
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from graphs import Decoder, decoder, embed_tokens
from tiny import (QWEN_SPLIT, answer, byte_level, conversation, first_clear, numpy_state, picture, pixels, randomise, runs, same_features,
                  spelled, write_folder, write_golden)

SIDE, STRIDE, VISION_DIM = 256, 64, 64
PIXELS = {"crop_size": {"height": SIDE, "width": SIDE}, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True,
          "do_resize": True, "image_mean": [0.0, 0.0, 0.0], "image_std": [1.0, 1.0, 1.0], "resample": 3, "rescale_factor": 1 / 255,
          "size": {"shortest_edge": SIDE}}
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"]
TEMPLATE = ("{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
            "{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}"
            "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
STILLS = {"wide": [(333, 187, 1)], "tall": [(57, 211, 2)], "of its size": [(256, 256, 3)], "three of three sizes": [(200, 100, 6), (31, 33, 7), (64, 128, 8)]}
TEXT = {"model_type": "qwen2", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
        "rms_norm_eps": 1e-6, "max_position_embeddings": 32768, "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0}}


def make_model(tokenizer, seed: int):
    config = FastVlmConfig(
        image_token_index=tokenizer.token_to_id("<image>"), image_seq_length=(SIDE // STRIDE) ** 2, tie_word_embeddings=False,
        vision_config={"model_type": "timm_wrapper", "architecture": "fastvit_mci3", "do_pooling": True, "hidden_size": VISION_DIM,
                       "model_args": {"inference_mode": True, "layers": (1, 1, 1, 1, 1), "embed_dims": (8, 8, 16, 32, 32), "mlp_ratios": (1, 1, 1, 1, 1),
                                      "cls_ratio": 2.0}},
        text_config={**TEXT, "vocab_size": tokenizer.get_vocab_size()})
    model = FastVlmForConditionalGeneration(config).eval()
    randomise(model, seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            # Layer scales are all but zero in an untrained FastViT: its features would hardly depend on the picture.
            if "gamma" in name or "layer_scale" in name:
                p.copy_(torch.ones_like(p))
    return model


def cases(model, processor) -> list[dict]:
    made = []
    for name, sizes in STILLS.items():
        messages = spelled(conversation(len(sizes), "image"), "<image>")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        inputs = processor(text=[text], images=[Image.fromarray(picture(*size)) for size in sizes], return_tensors="pt")
        values = inputs["pixel_values"].numpy()
        made.append({"name": name, "kind": "images", "pictures": sizes, "messages": messages, "text": text,
                     "ids": runs(inputs["input_ids"][0].tolist()), "pixels": pixels(values, values), **answer(model, dict(inputs))})
    return made


class Tower(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.tower, self.projector = model.model.vision_tower.timm_model, model.model.multi_modal_projector

    def forward(self, pixel_values):
        return self.projector(self.tower.forward_features(pixel_values).flatten(2).permute(0, 2, 1))


def export(model, folder) -> None:
    state = numpy_state(model)
    torch.onnx.export(Tower(model).eval(), (torch.zeros(2, 3, SIDE, SIDE),), str(folder / "vision_encoder.onnx"), dynamo=False, opset_version=17,
                      input_names=["pixel_values"], output_names=["image_features"],
                      dynamic_axes={"pixel_values": {0: "batch_size"}, "image_features": {0: "batch_size"}})
    vocab, dim = state["lm_head.weight"].shape
    embed_tokens(state["model.language_model.embed_tokens.weight"], folder)
    decoder(state, Decoder(layers=2, heads=2, kv_heads=1, dim=dim, vocab=vocab, theta=1000000.0, eps=1e-6), folder)


def main() -> None:
    tokenizer = byte_level(SPECIALS, QWEN_SPLIT)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>",
                                   extra_special_tokens={"image_token": "<image>"})
    processor = LlavaProcessor(CLIPImageProcessorPil(**PIXELS), fast, patch_size=STRIDE, vision_feature_select_strategy="full", chat_template=TEMPLATE)

    def attempt(seed: int):
        model = make_model(tokenizer, seed)
        return model, cases(model, processor)
    model, golden, seed = first_clear(attempt)
    end = tokenizer.token_to_id("<|im_end|>")
    folder = write_folder("llava_qwen2", tokenizer, {
        # As the hub's folders have it: Qwen2's configuration at the top, with LLaVA's own names for the tower.
        "config.json": {**TEXT, "model_type": "llava_qwen2", "architectures": ["LlavaQwen2ForCausalLM"], "vocab_size": tokenizer.get_vocab_size(),
                        "rope_theta": 1000000.0, "eos_token_id": end, "image_token_index": tokenizer.token_to_id("<image>"), "mm_hidden_size": VISION_DIM,
                        "mm_projector_type": "mlp2x_gelu", "mm_vision_tower": "mobileclip_l_1024", "image_aspect_ratio": "pad"},
        "generation_config.json": {"eos_token_id": [end, 0], "pad_token_id": 0},
        "preprocessor_config.json": {**PIXELS, "image_processor_type": "CLIPImageProcessor", "processor_class": "LlavaProcessor"},
        "processor_config.json": {"image_token": "<image>", "num_additional_image_tokens": 0, "patch_size": STRIDE, "processor_class": "LlavaProcessor"},
        "tokenizer_config.json": {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}}, TEMPLATE)
    export(model, folder / "onnx")
    same_features(folder, lambda values: model.model.get_image_features(pixel_values=values).pooler_output, (2, 3, SIDE, SIDE))
    write_golden(folder, golden, seed)


if __name__ == "__main__":
    main()
