"""Some forty shapes of secrets, in every place a line has for them: none is written."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.logs import configure, log, redact

LETTERS = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
SHAPES = {
    "hub token": "hf_" + LETTERS[:34],
    "hub token of a test": "hf_" + "PlantedTokenOfTheTests42",
    "hub organisation": "api_org_" + LETTERS[:34],
    "hub oauth": "hf_oauth_" + LETTERS + "-_x",
    "JSON web token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0." + "c2lnbmF0dXJl",
    "AWS key": "AKIA" + LETTERS.upper()[:16],
    "AWS session key": "ASIA" + LETTERS.upper()[:16],
    "GitHub": "ghp_" + LETTERS,
    "GitHub, app": "ghs_" + LETTERS,
    "GitHub, oauth": "gho_" + LETTERS,
    "GitHub, fine-grained": "github_pat_" + LETTERS[:22] + "_" + LETTERS,
    "GitLab": "glpat-" + LETTERS[:20],
    "Slack, bot": "xoxb-" + "123456789012-" + LETTERS[:24],
    "Slack, user": "xoxp-" + "123456789012-" + LETTERS[:24],
    "Slack, hook": "https://hooks.slack.com/services/" + "T00000000/B00000000/" + LETTERS[:24],
    "Discord, hook": "https://discord.com/api/webhooks/" + "123456789012345678/" + LETTERS,
    "OpenAI": "sk-" + LETTERS,
    "OpenAI, project": "sk-proj-" + LETTERS,
    "Anthropic": "sk-ant-api03-" + LETTERS,
    "Stripe": "sk_live_" + LETTERS[:24],
    "Stripe, restricted": "rk_live_" + LETTERS[:24],
    "Google": "AIza" + LETTERS[:35],
    "Google, oauth": "ya29." + LETTERS,
    "npm": "npm_" + LETTERS,
    "PyPI": "pypi-" + "AgEIcHlwaS5vcmc" + LETTERS,
    "SendGrid": "SG." + LETTERS[:22] + "." + LETTERS,
    "Twilio": "SK" + "0123456789abcdef" * 2,
    "DigitalOcean": "dop_v1_" + "0123456789abcdef" * 4,
    "Databricks": "dapi" + "0123456789abcdef" * 2,
    "Weights & Biases style": "api_key=" + "0123456789abcdef" * 2 + "01234567",
    "Replicate": "r8_" + LETTERS,
    "Kaggle style": "KAGGLE_KEY=" + "0123456789abcdef" * 2,
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEow" + LETTERS + "\n-----END RSA PRIVATE KEY-----",
    "bearer": "Authorization: Bearer " + LETTERS,
    "basic": "Authorization: Basic " + "dXNlcjpwYXNzd29yZDEyMw==",
    "password in an address": "postgresql://someone:" + "correct-horse@db.example/hub",
    "password alone in an address": "redis://:" + "correct-horse@db.example/0",
    "query": "https://hub.example/x?token=" + LETTERS + "&a=1",
    "signed address": "https://bucket.example/x?X-Amz-Signature=" + "0123456789abcdef" * 4 + "&a=1",
    "shared access": "https://account.example/x?sv=1&sig=" + "abc%2Bdef%3D" + LETTERS,
    "environment": "HF_TOKEN=" + LETTERS,
    "JSON": '{"access_token": "' + LETTERS + '", "a": 1}',
    "cookie": "Cookie: token=" + LETTERS + "; other=1",
    "private header": "PRIVATE-TOKEN: " + LETTERS[:20],
}


def secret_part(text: str) -> str:
    """The longest run of letters that only the secret has."""
    known = [
        LETTERS[:20],
        LETTERS.upper()[:16],
        "0123456789abcdef",
        "correct-horse",
        "PlantedToken",
        "c2lnbmF0dXJl",
        "dXNlcjpwYXNz",
    ]
    return next(part for part in known if part in text)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("frame", ["{}", "you sent {} twice: {}", "x={}", '"{}"', "({})", "{}\n", "…{}…"])
def test_a_secret_of_any_known_shape_is_taken_out(name: str, frame: str) -> None:
    text = SHAPES[name]
    assert secret_part(text) in frame.format(text, text)
    assert secret_part(text) not in redact(frame.format(text, text))


@pytest.mark.parametrize("name", SHAPES)
def test_no_line_of_the_log_holds_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(logging.DEBUG)
    log("crawl.retry", reason=SHAPES[name], url="https://hub.example/api/models")
    try:
        raise ValueError(SHAPES[name])
    except ValueError:
        logging.getLogger("hubtree").exception("failed")
    said = capsys.readouterr().err
    assert "crawl.retry" in said
    assert secret_part(SHAPES[name]) not in said


@pytest.mark.parametrize(
    "text",
    [
        "mistralai/Mistral-7B-v0.1",
        "https://hub.example/api/models?limit=1000&cursor=abc",
        "0123456789abcdef0123456789abcdef01234567",
        "crawl-20261101T010000Z-0a1b2c3d",
        "tokenizer=own tokens=1000000 token_count=12",
        "sha256 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "the hub does not know the token in HF_TOKEN",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_taking_out_twice_takes_out_no_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)
