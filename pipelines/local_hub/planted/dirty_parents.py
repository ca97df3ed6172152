"""Defects of parents (dirty-metadata, section 2): every way in which lineage is written wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pipelines.local_hub.planted.bench import Bench, Claim, Dirty, plain_card

Maker = Callable[[Bench], Iterator[Dirty]]
_LEGACY: Final = (("gpt2", "openai-community/gpt2"), ("distilbert-base-uncased", "distilbert/distilbert-base-uncased"))
"""Two documented moves of ids without owner; their targets are planted once."""
_CHAIN_LENGTH: Final = 41
_MANY_PARENTS: Final = 53
_CYCLE_LENGTHS: Final = (2, 3, 4)


def _one(category: int, what: str, bench: Bench, slug: str, claim: Claim) -> Dirty:
    """Return a child with a single written parent; addresses and paths never became tags."""
    is_tagged = "://" not in claim.ref and claim.ref.count("/") < 2
    record = bench.child(slug, claim.ref, is_tagged=is_tagged)
    return Dirty(category, what, record, plain_card(record), (claim,))


def _self_references(bench: Bench) -> Iterator[Dirty]:
    own = bench.name("Selfsame-7B")
    yield _one(1, "names itself", bench, "Selfsame-7B", Claim(own, "self", own))
    own = bench.name("Mirror-Case-7B")
    yield _one(2, "names itself in other case", bench, "Mirror-Case-7B", Claim(own.lower(), "self", own))


def _cycles(bench: Bench) -> Iterator[Dirty]:
    for length in _CYCLE_LENGTHS:
        names = [f"Ring-{length}-{place}" for place in range(length)]
        for place, slug in enumerate(names):
            following = bench.name(names[(place + 1) % length])
            yield _one(3, f"cycle of {length}", bench, slug, Claim(following, "exact", following))


def _chain(bench: Bench) -> Iterator[Dirty]:
    root = bench.record("Chain-00", cardData={"license": "mit"})
    yield Dirty(4, f"first of a chain of {_CHAIN_LENGTH}", root, plain_card(root))
    for place in range(1, _CHAIN_LENGTH):
        above = bench.name(f"Chain-{place - 1:02d}")
        yield _one(4, f"chain of {_CHAIN_LENGTH}, place {place}", bench, f"Chain-{place:02d}", Claim(above, "exact", above))


def _legacy_targets(bench: Bench) -> Iterator[Dirty]:
    for _, model_id in _LEGACY:
        record = bench.record("-", id=model_id, author=model_id.split("/")[0], cardData={"license": "mit"})
        yield Dirty(5, "target of an old id without owner", record, plain_card(record))


def _legacy(bench: Bench) -> Iterator[Dirty]:
    for old, model_id in _LEGACY:
        yield _one(5, "old id without owner", bench, f"on-{old}", Claim(old, "alias", model_id))


def _renamed(bench: Bench) -> Iterator[Dirty]:
    old, bare = f"oldhouse/Wanderer-{bench.round}", f"wanderer-bare-{bench.round}"
    moved = bench.record("Wanderer-new", cardData={"license": "mit"})
    yield Dirty(74, "renamed: two old ids answer with a 307", moved, plain_card(moved), renames=(old, bare))
    for slug, ref, category in (("on-renamed", old, 74), ("on-renamed-bare", bare, 5)):
        record = bench.child(slug, ref)
        claim = Claim(ref, "renamed", str(moved["id"]), needs_hub_answer=True)
        yield Dirty(category, "parent written under an id it no longer has", record, plain_card(record), (claim,))


def _written_badly(bench: Bench) -> Iterator[Dirty]:
    parent = bench.anchor()["model_id"]
    owner, name = parent.split("/")
    upper = f"{owner.upper()}/{name}"
    yield _one(6, "bare word, no such id", bench, "bare-word", Claim("SKETCH_model", "placeholder", "SKETCH_model"))
    gone = f"vanished-lab/Echo-{bench.round}-7B"
    yield _one(7, "owner and name, not in the listing", bench, "dangling", Claim(gone, "placeholder", gone))
    yield _one(8, "wrong case", bench, "wrong-case", Claim(upper, "case", parent))
    yield _one(10, "the word None", bench, "word-none", Claim("None", "rejected"))
    yield _one(11, "file name", bench, "file-name", Claim("cartoon_v10.safetensors", "rejected"))
    address = f"https://huggingface.co/{parent}"
    yield _one(12, "address of the hub", bench, "address", Claim(address, "url", parent))
    yield _one(12, "address with revision and query", bench, "address-tree", Claim(f"{address}/tree/main?x=1", "url", parent))
    yield _one(12, "foreign address", bench, "address-foreign", Claim("https://example.org/m/one", "rejected"))
    yield _one(13, "local path", bench, "local-path", Claim(f"/srv/scratch/models/{name}", "rejected"))
    cached = f"~/.cache/huggingface/hub/models--{owner}--{name}/snapshots/0123abcd"
    yield _one(14, "cache path", bench, "cache-path", Claim(cached, "url", parent))
    spaced = bench.child("outer-space", [f" {parent}", parent])
    claims = (Claim(f" {parent}", "trimmed", parent), Claim(parent, "exact", parent))
    yield Dirty(9, "outer space, and again without", spaced, plain_card(spaced), claims)


def _empty_link(bench: Bench) -> Iterator[Dirty]:
    record = bench.described("empty-link", {"license": "mit", "tags": ["generated_from_trainer"]}, ["generated_from_trainer"])
    body = "\nThis model is a fine-tuned version of [](https://huggingface.co/) on an unknown dataset.\n"
    yield Dirty(15, "empty link in the card", record, plain_card(record, body))


def _several(bench: Bench) -> Iterator[Dirty]:
    first, second = bench.anchor(), bench.anchor()
    exact = tuple(Claim(parent["model_id"], "exact", parent["model_id"]) for parent in (first, second))
    twice = bench.child("same-twice", [first["model_id"], first["model_id"]])
    yield Dirty(16, "same parent twice", twice, plain_card(twice), exact[:1])
    tagged = [f"base_model:{first['model_id']}", f"base_model:finetune:{first['model_id']}"]
    stub = {"relation": "finetune", "models": [{"_id": first["hub_object_id"], "id": first["model_id"]}]}
    names = [parent["model_id"] for parent in (first, second)]
    lost = bench.described("tag-lost", {"base_model": names}, tagged, baseModels=stub)
    yield Dirty(17, "two parents declared, one tagged", lost, plain_card(lost), exact)


def _many(bench: Bench) -> Iterator[Dirty]:
    ids = sorted({bench.anchor()["model_id"] for _ in range(_MANY_PARENTS)})
    record = bench.child("Stock-53", ids, "merge")
    yield Dirty(18, f"{len(ids)} parents", record, plain_card(record), tuple(Claim(i, "exact", i) for i in ids))


def _tokenizer_donor(bench: Bench) -> Iterator[Dirty]:
    ids = [bench.anchor()["model_id"] for _ in range(3)]
    record = bench.child("donor-merge", ids, "merge")
    yaml = f"models:\n  - model: {ids[0]}\n  - model: {ids[1]}\nmerge_method: linear\ntokenizer_source: {ids[2]}\n"
    claims = tuple(Claim(i, "exact", i, is_weight_inheriting=i != ids[2]) for i in ids)
    body = f"\n# donor-merge\n\nA merge created using [mergekit](https://example.org).\n\n```yaml\n{yaml}```\n"
    yield Dirty(17, "a merge whose third parent gave only its tokenizer", record, plain_card(record, body), claims)


def _key_variants(bench: Bench) -> Iterator[Dirty]:
    for key in ("basemodel", "model-base", "merge-model"):
        record = bench.described(f"key-{key}", {"license": "mit", key: bench.anchor()["model_id"]}, ["license:mit"])
        yield Dirty(19, f"parent under the key {key}", record, plain_card(record))


def _conflicts(bench: Bench) -> Iterator[Dirty]:
    files = {"gguf": [{"rfilename": "model-Q4_K_M.gguf"}], "adapter": [{"rfilename": "adapter_config.json"}]}
    for kind, siblings in files.items():
        parent = bench.anchor()["model_id"]
        record = bench.child(f"files-say-{kind}", parent, siblings=[{"rfilename": "README.md"}, *siblings])
        what = f"relation finetune against {kind} files"
        yield Dirty(20, what, record, plain_card(record), (Claim(parent, "exact", parent),))


def _shells(bench: Bench) -> Iterator[Dirty]:
    parent = bench.anchor()["model_id"]
    shell = bench.child("Publicity", parent, library_name="asteroid", siblings=[{"rfilename": "README.md"}])
    yield Dirty(21, "names a parent, has no weights", shell, plain_card(shell), (Claim(parent, "exact", parent),))
    name = parent.split("/")[1]
    mirror = bench.described(f"{name}-ungated", {"license": "other"}, ["license:other"])
    yield Dirty(22, "mirror of another model, nothing declared", mirror, plain_card(mirror))


ONCE: Final[tuple[Maker, ...]] = (_cycles, _chain, _legacy_targets, _many)
REPEATED: Final[tuple[Maker, ...]] = (
    _self_references, _legacy, _renamed, _written_badly, _empty_link, _several, _tokenizer_donor, _key_variants, _conflicts,
    _shells,
)  # fmt: skip
