"""Makes test/fixtures/tiny-llava: a random LLaVA-1.5 in the hub's layout, and what transformers computes with it.

    python3 models/parity/tiny_llava.py     (pip install -r models/parity/requirements.txt)

Pictures are 56 pixels instead of 336; everything else has the shape of the real one. Its decoder has plain attention, as older exports have.
"""
from PIL import Image
from transformers import LlavaConfig, LlavaForConditionalGeneration, LlavaProcessor, PreTrainedTokenizerFast
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from graphs import FLOAT, Decoder, Graph, activation, decoder, embed_tokens, layer_norm, linear, patches, save_vision, scope, vit_layer
from tiny import (answer, conversation, first_clear, numpy_state, picture, pixels, randomise, runs, same_features, sentencepiece,
                  write_folder, write_golden)

SIDE, PATCH, VISION_DIM, VISION_LAYERS, HEADS = 56, 14, 32, 3, 2
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
PIXELS = {"crop_size": {"height": SIDE, "width": SIDE}, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True,
          "do_resize": True, "image_mean": MEAN, "image_std": STD, "resample": 3, "rescale_factor": 1 / 255, "size": {"shortest_edge": SIDE}}
TEMPLATE = ("{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}"
            "{# Render all images first #}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\n' }}"
            "{% endfor %}{# Render all text next #}{% if message['role'] != 'assistant' %}"
            "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}{% endfor %}{% else %}"
            "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{% generation %}{{ content['text'] + ' '}}"
            "{% endgeneration %}{% endfor %}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}")
STILLS = {"wide": [(333, 187, 1)], "tall": [(57, 211, 2)], "of its size": [(56, 56, 3)], "tiny": [(9, 5, 4)], "thread": [(300, 5, 5)],
          "three of three sizes": [(200, 100, 6), (31, 33, 7), (64, 128, 8)]}


def make_model(tokenizer, seed: int):
    config = LlavaConfig(
        image_token_index=tokenizer.token_to_id("<image>"), image_seq_length=(SIDE // PATCH) ** 2, vision_feature_layer=-2,
        vision_feature_select_strategy="default", projector_hidden_act="gelu", tie_word_embeddings=False,
        vision_config={"model_type": "clip_vision_model", "hidden_size": VISION_DIM, "intermediate_size": 64, "num_hidden_layers": VISION_LAYERS,
                       "num_attention_heads": HEADS, "image_size": SIDE, "patch_size": PATCH, "projection_dim": 32, "vocab_size": 32},
        text_config={"model_type": "llama", "vocab_size": tokenizer.get_vocab_size(), "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
                     "num_attention_heads": 2, "num_key_value_heads": 1, "rms_norm_eps": 1e-5, "max_position_embeddings": 4096, "pad_token_id": 0})
    model = LlavaForConditionalGeneration(config).eval()
    randomise(model, seed)
    return model


def cases(model, processor) -> list[dict]:
    made = []
    for name, sizes in STILLS.items():
        messages = conversation(len(sizes), "image")
        text = processor.apply_chat_template(messages, add_generation_prompt=True)
        inputs = processor(text=[text], images=[Image.fromarray(picture(*size)) for size in sizes], return_tensors="pt")
        made.append({"name": name, "kind": "images", "pictures": sizes, "messages": messages, "text": text,
                     "ids": runs(inputs["input_ids"][0].tolist()), "pixels": pixels(inputs["pixel_values"].numpy(), inputs["pixel_values"].numpy()),
                     **answer(model, dict(inputs))})
    return made


def export(model, folder) -> None:
    state = numpy_state(model)
    g, w = Graph(), scope(state, next(p for p in ("model.vision_tower.vision_model", "model.vision_tower") if f"{p}.pre_layrnorm.weight" in state))
    x = patches(g, "pixel_values", "patch", scope(w, "embeddings.patch_embedding"), PATCH)
    first = g.weight("class", w["embeddings.class_embedding"][None, None])
    batch = g("Shape", "pixel_values", start=0, end=1)
    first = g("Expand", first, g("Concat", batch, g.ints(1, VISION_DIM), axis=0))
    x = g("Add", g("Concat", first, x, axis=1), g.weight("position", w["embeddings.position_embedding.weight"][None]))
    x = layer_norm(g, x, "pre", scope(w, "pre_layrnorm"), 1e-5)
    for i in range(VISION_LAYERS - 1):                                                      # vision_feature_layer -2: the last block is not asked
        x = vit_layer(g, x, f"vit.{i}", scope(w, f"encoder.layers.{i}"), HEADS, 1e-5, "quick_gelu")
    x = g("Slice", x, g.ints(1), g.ints(1 << 31), g.ints(1))                                # "default": without the class token
    x = linear(g, x, "linear_1", scope(state, "model.multi_modal_projector.linear_1"))
    x = linear(g, activation(g, x, "gelu"), "linear_2", scope(state, "model.multi_modal_projector.linear_2"))
    vocab, dim = state["lm_head.weight"].shape
    save_vision(g, x, folder, [("pixel_values", FLOAT, ["batch_size", 3, SIDE, SIDE])],
                [("image_features", FLOAT, ["batch_size", (SIDE // PATCH) ** 2, dim])])
    embed_tokens(state["model.language_model.embed_tokens.weight"], folder)
    decoder(state, Decoder(layers=2, heads=2, kv_heads=1, dim=dim, vocab=vocab, theta=10000.0, eps=1e-5, grouped=False), folder)


def main() -> None:
    tokenizer = sentencepiece(["<image>", "<pad>"])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>",
                                   extra_special_tokens={"image_token": "<image>"})
    processor = LlavaProcessor(CLIPImageProcessorPil(**PIXELS), fast, patch_size=PATCH, vision_feature_select_strategy="default",
                               num_additional_image_tokens=1, chat_template=TEMPLATE)

    def attempt(seed: int):
        model = make_model(tokenizer, seed)
        return model, cases(model, processor)
    model, golden, seed = first_clear(attempt)
    folder = write_folder("llava", tokenizer, {
        "config.json": model.config.to_dict(), "generation_config.json": {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0},
        "preprocessor_config.json": {**PIXELS, "image_processor_type": "CLIPImageProcessor", "processor_class": "LlavaProcessor"},
        "processor_config.json": {"image_token": "<image>", "num_additional_image_tokens": 1, "patch_size": PATCH, "processor_class": "LlavaProcessor",
                                  "vision_feature_select_strategy": "default"},
        "tokenizer_config.json": {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True, "bos_token": "<s>", "eos_token": "</s>",
                                  "unk_token": "<unk>", "pad_token": "<pad>"}}, TEMPLATE)
    export(model, folder / "onnx")
    same_features(folder, lambda values: model.model.get_image_features(pixel_values=values).pooler_output, (2, 3, SIDE, SIDE))
    write_golden(folder, golden, seed)


if __name__ == "__main__":
    main()
