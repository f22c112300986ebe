"""Writes a Qwen2-VL of two layers with random weights, and its tokenizer: `python tiny_model.py FOLDER`.

Everything a server needs of a vision-language model is real: architecture, chat template, picture processor. What it
says means nothing, and may never be judged as text. Same seed, same weights.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2VLConfig, Qwen2VLForConditionalGeneration

SEED = 0
END, START, STOP = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
VISION = ("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>")
SENTENCES = ("A synthetic square is brighter than a synthetic circle.", '{"answer": "yes", "count": 2}')
PATCH, MERGE, FRAMES = 14, 2, 2  # pixels a side of a patch; patches a side of a token; frames of a patch
CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'text' %}{{ part['text'] }}"
    "{% else %}<|vision_start|><|image_pad|><|vision_end|>{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tokenizer() -> PreTrainedTokenizerFast:
    """Bytes and a few merges of SENTENCES: any text can be said."""
    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=[END, START, STOP, *VISION], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    words.train_from_iterator(SENTENCES, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=words,
        eos_token=STOP,
        pad_token=END,
        additional_special_tokens=list(VISION),
        chat_template=CHAT,
    )


def config(words: PreTrainedTokenizerFast) -> Qwen2VLConfig:
    ids = dict(zip(("vision_start_token_id", "vision_end_token_id", "vision_token_id", "image_token_id",
                    "video_token_id"), words.convert_tokens_to_ids(list(VISION)), strict=True))  # fmt: skip
    text: dict[str, Any] = {
        "vocab_size": 512, "hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "max_position_embeddings": 8192,
        "eos_token_id": words.eos_token_id, "pad_token_id": words.pad_token_id, "bos_token_id": None,
        "rope_parameters": {"rope_type": "default", "mrope_section": [8, 12, 12], "rope_theta": 10000.0},
    }  # fmt: skip
    vision = {
        "depth": 2, "embed_dim": 64, "hidden_size": 128, "num_heads": 2, "mlp_ratio": 2, "patch_size": PATCH,
        "spatial_merge_size": MERGE, "temporal_patch_size": FRAMES, "in_channels": 3,
    }  # fmt: skip
    return Qwen2VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=False, dtype="bfloat16", **ids)


def processors(folder: Path) -> None:
    """How pictures and clips become patches."""
    shared = {
        "processor_class": "Qwen2VLProcessor", "patch_size": PATCH, "merge_size": MERGE, "temporal_patch_size": FRAMES,
        "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
        "size": {"shortest_edge": 28 * 28, "longest_edge": 224 * 224},
    }  # fmt: skip
    image = {"image_processor_type": "Qwen2VLImageProcessor", "do_resize": True, "do_rescale": True,
             "rescale_factor": 1 / 255, "do_normalize": True, "do_convert_rgb": True, "resample": 3}  # fmt: skip
    video = {"video_processor_type": "Qwen2VLVideoProcessor"}
    for name, own in (("preprocessor_config.json", image), ("video_preprocessor_config.json", video)):
        (folder / name).write_text(json.dumps(shared | own), encoding="utf-8")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words = tokenizer()
    torch.manual_seed(SEED)
    Qwen2VLForConditionalGeneration(config(words)).to(torch.bfloat16).save_pretrained(folder)
    words.save_pretrained(folder)
    processors(folder)
    path = folder / "tokenizer_config.json"
    path.write_text(
        json.dumps(json.loads(path.read_text()) | {"processor_class": "Qwen2VLProcessor"}), encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
