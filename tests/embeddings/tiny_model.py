"""A model that is made on the spot and converted in seconds: a BERT of two layers.

Its weights are chance, so it knows nothing of meaning; what shapes its vectors is all there.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Dense,
    Normalize,
    Pooling,
    Transformer,
)
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from embeddings.questions import questions

HIDDEN = 32
LONGEST = 64
PROMPTS = {"query": "query: ", "document": "passage: "}

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def write_tiny_model(
    folder: Path,
    *,
    pooling: Literal["mean", "cls"] = "mean",
    prompts: Mapping[str, str] = PROMPTS,
    dense: int | None = None,
    seed: int = 0,
) -> Path:
    """Write a sentence-transformers folder; `dense` is the length of vectors after a Dense."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        transformer = _transformer(folder.parent / f"{folder.name}-transformer")
        modules: list[torch.nn.Module] = [transformer, Pooling(HIDDEN, pooling_mode=pooling)]
        if dense is not None:
            modules.append(Dense(HIDDEN, dense))
        modules.append(Normalize())
    model = SentenceTransformer(modules=modules, prompts=dict(prompts), device="cpu")
    model.save_pretrained(str(folder), create_model_card=False)
    _pad_and_cut(folder / "tokenizer.json")
    return folder


def _pad_and_cut(path: Path) -> None:
    """Leave settings in the tokenizer that are not to be followed, as many published ones do."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_padding(length=12, pad_id=0, pad_token="[PAD]")
    tokenizer.enable_truncation(10)
    tokenizer.save(str(path))


def _transformer(folder: Path) -> Transformer:
    tokenizer = _tokenizer()
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * HIDDEN,
        max_position_embeddings=LONGEST,
        pad_token_id=tokenizer.pad_token_id,
        # Wide enough apart that two texts have two vectors.
        initializer_range=0.2,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    transformer: Transformer = Transformer(str(folder), max_seq_length=LONGEST)
    return transformer


def _tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(_vocabulary(), unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
    )
    pad, unknown, start, end = _SPECIAL
    # The library does not type this class.
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=LONGEST,
        pad_token=pad,
        unk_token=unknown,
        cls_token=start,
        sep_token=end,
    )


def _vocabulary() -> dict[str, int]:
    """Every letter of the ordinary questions, and every word that comes three times in them.

    Not trained: a trainer breaks ties as it likes, and the model would be another each time.
    """
    words = Counter(word for language in ("ar", "en") for word in _words(language))
    letters = sorted({letter for word in words for letter in word})
    common = sorted(word for word, times in words.items() if times >= 3 and len(word) > 1)
    pieces = [*_SPECIAL, *letters, *(f"##{letter}" for letter in letters), *common]
    return {piece: place for place, piece in enumerate(pieces)}


def _words(language: str) -> list[str]:
    return [word for text in questions(language) for word in text[:-1].split()]
