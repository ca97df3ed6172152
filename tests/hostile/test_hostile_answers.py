"""Answers that are meant to hold a crawl up, blow it up or lead it away."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import orjson
import pytest
from crawl_nights import NIGHT_1, landed
from crawl_scripted_hub import Reply, error, page, scripted_hub
from raw_server import raw_server

from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.client import GaveUp, HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.safety import Answer
from pipelines.crawl.visits import CardRequest
from pipelines.logs import configure
from warehouse.errors import ContractViolation, HubtreeError, HubUnavailable

Client = Callable[..., HubClient]
FULL = ListingRequest("full")
EMPTY_BLOCK = b"\x00\x00\x00\xff\xff"
"""A stored block of deflate that decompresses to nothing."""


def asked_for(hub: HubClient, max_bytes: int = 1_000_000) -> Answer:
    return hub.get(f"{hub.endpoint}/api/models", lambda answer: answer, bucket="api", max_bytes=max_bytes)


def dripped(head: bytes, drop: bytes, pause: float = 0.01) -> Callable[[socket.socket], None]:
    """An answer that begins and then comes in drops for ever."""
    from time import sleep

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            sleep(pause)

    return answer


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n[", b" "),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"a\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff\r\n",
            b"5\r\n" + EMPTY_BLOCK + b"\r\n",
        ),
    ],
    ids=["headers", "body", "interim answers", "blocks that decompress to nothing"],
)
def test_no_drip_stretches_the_time_for_a_request(patient: Client, head: bytes, drop: bytes) -> None:
    with raw_server(dripped(head, drop)) as endpoint, pytest.raises(GaveUp, match="Overdue"):
        asked_for(patient(endpoint, tries=2, request_seconds=0.3))


def test_a_body_that_never_decompresses_to_anything_ends_at_the_cap(patient: Client) -> None:
    nothing = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + EMPTY_BLOCK * 100_000
    with (
        scripted_hub(lambda n, path: Reply(body=nothing, headers={"Content-Encoding": "gzip"})) as hub,
        pytest.raises(GaveUp, match="compressed body of more than 100000 bytes"),
    ):
        asked_for(patient(hub.endpoint), max_bytes=100_000)


def packed(content: bytes, times: int) -> bytes:
    for _ in range(times):
        content = gzip.compress(content)
    return content


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip, gzip, gzip", packed(bytes(80_000_000), 3)),
        ("deflate", zlib.compress(bytes(80_000_000))),
        (", ".join(["gzip"] * 60), b"x"),
        ("br", b"\x8b\x03\x80not brotli"),
        ("zstd", b"(\xb5/\xfdnot zstd"),
        ("gzip", b"not gzip"),
        ("invented", b"[]"),
    ],
)
def test_a_bomb_and_an_odd_packing_end_at_the_cap_or_in_one_clear_word(patient: Client, encoding: str, body: bytes) -> None:
    with scripted_hub(lambda n, path: Reply(body=body, headers={"Content-Encoding": encoding})) as hub:
        try:
            answer = asked_for(patient(hub.endpoint))
        except GaveUp:  # the clear word
            return
    assert len(answer.content) <= 1_000_000
    assert answer.is_truncated or answer.content == body


def test_deep_records_are_landed_and_cost_no_page(patient: Client, landing: Path) -> None:
    deep = b'[{"id": "a/deep", "config": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b'}, {"id": "a/plain"}]'
    with scripted_hub(lambda n, path: Reply(body=deep)) as hub:
        crawl_listing(patient(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert landed(landing, "listing")["model_id"].to_list() == ["a/deep", "a/plain"]


@pytest.mark.parametrize(
    "header", ["Link", "RateLimit", "RateLimit-Policy", "Retry-After", "ETag", "X-Request-Id", "X-HF-Warning"]
)
@pytest.mark.parametrize(
    "value", ["", ";", "," * 5000, "<" * 5000, '"' * 4999, "<a>; rel=next" * 900, "9" * 5000, "-1", "r=;t=", "é\x85", "%00%0a"]
)
def test_no_header_however_odd_stops_a_crawl(patient: Client, landing: Path, header: str, value: str) -> None:
    told = {header: value.encode("utf-8").decode("latin-1")}
    with scripted_hub(lambda n, path: Reply(body=orjson.dumps([{"id": "a/b"}]), headers=told)) as hub:
        try:
            report = crawl_listing(patient(hub.endpoint), landing, FULL, started_at=NIGHT_1)
        except (ContractViolation, HubUnavailable):  # a wait too long, a link elsewhere, no HTTP at all
            return
    assert report.n_rows == 1


def test_headers_of_a_hundred_megabytes_are_not_read(patient: Client) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 990) for n in range(100_000)))

    with raw_server(endless) as endpoint, pytest.raises(GaveUp):
        asked_for(patient(endpoint, tries=2, request_seconds=20.0))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_a_card_to_another_host_takes_no_token_there(
    patient: Client, landing: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "R" * 30)
    with scripted_hub(lambda n, path: page()) as thief:
        port = thief.endpoint.rpartition(":")[2]
        for place in (
            thief.endpoint,
            f"//127.0.0.1:{port}",
            f"http://user@127.0.0.1:{port}",
            f"/\\127.0.0.1:{port}",
            f"http:\\\\127.0.0.1:{port}",
        ):
            away = Reply(status, b"", {"Location": f"{place}/a/b/resolve/main/README.md"})
            with scripted_hub(lambda n, path, away=away: away) as hub:
                fetch_cards(patient(hub.endpoint), landing / str(port), [CardRequest(None, "a/b", None)], started_at=NIGHT_1)
        assert thief.asked == []


def test_redirects_in_a_circle_end(patient: Client, landing: Path) -> None:
    def script(n: int, path: str) -> Reply:
        return Reply(307, b"", {"Location": f"/a/m{n + 1}/resolve/main/README.md"})

    with scripted_hub(script) as hub:
        fetch_cards(patient(hub.endpoint), landing, [CardRequest(None, "a/m0", None)], started_at=NIGHT_1)
    assert len(hub.asked) <= 3
    assert len(landed(landing, "cards")) == 1


@pytest.fixture
def self_signed(tmp_path: Path) -> Path:
    """A certificate that nobody vouches for, with its key."""
    file = tmp_path / "self-signed.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    try:
        subprocess.run([*words, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", file, "-out", file.with_suffix(".crt")],
                       capture_output=True, check=True)  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as fault:
        pytest.skip(f"openssl makes no certificate here: {fault}")
    file.write_text(file.read_text() + file.with_suffix(".crt").read_text())
    return file


def test_a_certificate_that_nobody_vouches_for_gets_no_request(
    patient: Client, self_signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "S" * 30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed)
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(3):
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                    heard.append(connection.recv(10))
            except OSError:
                continue

    server = Thread(target=serve, daemon=True)
    server.start()
    with pytest.raises(GaveUp, match=r"(?i)certificate") as caught:
        asked_for(patient(f"https://127.0.0.1:{listener.getsockname()[1]}"))
    listener.close()
    assert [piece for piece in heard if piece] == []
    assert caught.value.exit_code == 3


def test_a_name_that_does_not_resolve_is_told_as_an_error_that_may_pass(patient: Client, landing: Path) -> None:
    with pytest.raises(HubUnavailable) as caught:
        crawl_listing(patient("http://no-such-hub.invalid", tries=2), landing, FULL, started_at=NIGHT_1)
    assert caught.value.exit_code == 3


def test_a_crawl_goes_through_the_proxy_of_the_environment(
    patient: Client, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """huggingface_hub reads the proxies when it makes its session, so the test makes it anew."""
    from huggingface_hub import close_session

    with scripted_hub(lambda n, path: page("a/b")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.endpoint)
        monkeypatch.setenv("http_proxy", proxy.endpoint)
        close_session()
        try:
            report = crawl_listing(patient("http://hub.invalid/mirror"), landing, FULL, started_at=NIGHT_1)
        finally:
            monkeypatch.undo()
            close_session()
    assert report.n_rows == 1
    assert proxy.asked[0].path.startswith("http://hub.invalid/mirror/api/models?")


def test_an_error_of_a_gigabyte_is_read_no_further_than_its_own_cap(patient: Client, landing: Path) -> None:
    huge = error(403, "no " * 2_000_000)
    with scripted_hub(lambda n, path: huge) as hub, pytest.raises(HubtreeError) as caught:
        crawl_listing(patient(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert len(str(caught.value)) < 1000


def test_what_a_hub_says_is_wrong_steers_no_terminal_and_fits_every_table(patient: Client) -> None:
    for told in (b"no \0 \x1b[31mentry", b'{"error": "no \\u0000 \\u001b[31mentry"}'):
        with scripted_hub(lambda n, path, told=told: Reply(404, told)) as hub:
            assert asked_for(patient(hub.endpoint)).complaint == "no \ufffd \ufffd[31mentry"


def test_a_name_too_long_for_any_address_costs_its_own_card_and_no_other(patient: Client, landing: Path) -> None:
    long, moved = "o/" + "é" * 20_000, "o/moved"

    def script(number: int, path: str) -> Reply:
        if path.startswith("/api/models"):
            return page(long, moved, "o/short")
        elsewhere = {"Location": f"/o/{'y' * 70_000}/resolve/main/README.md"}
        return Reply(307, b"", elsewhere) if "moved" in path else Reply(body=b"# A card")

    with scripted_hub(script) as hub:
        crawl_listing(patient(hub.endpoint), landing, FULL, started_at=NIGHT_1)
        fetch_cards(patient(hub.endpoint), landing, changed_cards(landing, "all"), started_at=NIGHT_1)
    visits = {row["model_id"]: row["visit_status"] for row in landed(landing, "cards").to_dicts()}
    assert visits == {long: "failed", moved: "failed", "o/short": "full"}


def test_unchanged_is_believed_only_of_a_card_that_is_known(patient: Client, landing: Path) -> None:
    wanted = [CardRequest("a" * 24, "o/new", "b" * 40), CardRequest("c" * 24, "o/known", "d" * 40, etag='"e"')]
    with scripted_hub(lambda number, path: Reply(304, b"")) as hub:
        fetch_cards(patient(hub.endpoint), landing, wanted, started_at=NIGHT_1)
    visits = {row["model_id"]: row["visit_status"] for row in landed(landing, "cards").to_dicts()}
    assert visits == {"o/new": "failed", "o/known": "not_modified"}


def test_what_a_hub_warns_of_is_one_line_of_the_log_and_steers_nothing(
    patient: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(logging.INFO)
    with scripted_hub(lambda number, path: Reply(headers={"X-HF-Warning": "old; \x1b]0;owned\x07 \x9b31m"})) as hub:
        asked_for(patient(hub.endpoint))
    said = capsys.readouterr().err
    assert "owned" in said
    assert len(said.splitlines()) == 1
    assert not {"\x1b", "\x07", "\x9b"} & set(said)
