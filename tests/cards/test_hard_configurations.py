"""Merge configurations in the fences, quotes, lists and paragraphs in which people paste them."""

from __future__ import annotations

import pytest

from pipelines.cards.merge_config import merges_in_card

P, Q = "fern/Moss-7B", "reed/Rush-8B"

CONFIGURATIONS: list[tuple[str, set[str]]] = [
    (
        """\
```yaml
models:
  - model: fern/Moss-7B
    parameters:
      weight: 0.5
  - model: reed/Rush-8B
merge_method: linear
dtype: float16
```
""",
        {P, Q},
    ),
    (
        """\
~~~yml
slices:
  - sources:
      - model: fern/Moss-7B
        layer_range: [0, 32]
      - model: reed/Rush-8B
        layer_range: [0, 32]
merge_method: slerp
base_model: fern/Moss-7B
~~~
""",
        {P, Q},
    ),
    (
        """\
````
merge_method: passthrough
slices:
- sources:
  - model: fern/Moss-7B
    layer_range: [0, 24]
- sources:
  - model: fern/Moss-7B
    layer_range: [8, 32]
````
""",
        {P},
    ),
    (
        """\
    merge_method: ties
    base_model: fern/Moss-7B
    models:
      - model: reed/Rush-8B
        parameters:
          density: 0.5
""",
        {P, Q},
    ),
    (
        """\
```yaml
models:
  - model: fern/Moss-7B+ann/lora-poems
merge_method: passthrough
```
""",
        {"ann/lora-poems", P},
    ),
    (
        """\
```yaml
models:
  - model: ./fern-local
  - model: reed/Rush-8B@main
merge_method: ties
base_model: fern/Moss-7B
```
""",
        {"./fern-local", P, "reed/Rush-8B@main"},
    ),
    (
        """\
```yaml
base_model: fern/Moss-7B
gate_mode: hidden
experts:
  - source_model: reed/Rush-8B
    positive_prompts:
      - "write"
```
""",
        {P, Q},
    ),
    (
        """\
```yaml
# config
merge_method: dare_ties
models:
  - model: fern/Moss-7B # base, no parameters
  - model: "reed/Rush-8B"
    parameters: {weight: 0.3, density: 0.5}
base_model: 'fern/Moss-7B'
tokenizer_source: union
```
""",
        {P, Q},
    ),
    (
        """\
```json
{"merge_method": "linear", "models": [{"model": "fern/Moss-7B"}, {"model": "reed/Rush-8B"}]}
```
""",
        {P, Q},
    ),
    (
        """\
<details><summary>config</summary>

```yaml
models:
  - model: fern/Moss-7B
  - model: reed/Rush-8B
merge_method: model_stock
base_model: fern/Moss-7B
```

</details>
""",
        {P, Q},
    ),
    (
        """\
```yaml
name: step1
models:
  - model: fern/Moss-7B
  - model: reed/Rush-8B
merge_method: linear
---
models:
  - model: step1
  - model: ann/Third-7B
merge_method: slerp
base_model: step1
```
""",
        {"ann/Third-7B", P, Q},
    ),
    (
        """\
<pre><code>models:
  - model: fern/Moss-7B
  - model: reed/Rush-8B
merge_method: linear
</code></pre>
""",
        {P, Q},
    ),
    (
        """\
```yaml
models:
  - train: yes
learning_rate: 1e-4
```
""",
        set(),
    ),
    (
        """\
- ```yaml
  models:
    - model: fern/Moss-7B
    - model: reed/Rush-8B
  merge_method: linear
  ```
""",
        {P, Q},
    ),
    (
        """\
> ```yaml
> models:
>   - model: fern/Moss-7B
>   - model: reed/Rush-8B
> merge_method: linear
> ```
""",
        {P, Q},
    ),
    (
        """\
models:
  - model: fern/Moss-7B
  - model: reed/Rush-8B
merge_method: linear
""",
        {P, Q},
    ),
]


@pytest.mark.parametrize(("text", "parents"), CONFIGURATIONS, ids=[repr(text[:40]) for text, _ in CONFIGURATIONS])
def test_a_merge_configuration_is_found_in_any_fence_or_none(text: str, parents: set[str]) -> None:
    assert {claim.parent_ref for claim in merges_in_card(f"# Moss Poet\n\n{text}\n\nMore.\n")} == parents
