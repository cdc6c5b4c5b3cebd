"""Letters to a real mail server: what is lasting, what passes, and what is never sent in the clear."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path
from typing import Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from delivery import letter
from delivery.letter import Letter
from delivery.smtp import PROBLEM_LIMIT, Smtp
from delivery.transport import PermanentFailureError, TemporaryFailureError
from tests.delivery.peer import DROP, Peer, listening

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LETTER = Letter(
    mail_id="mail-1",
    to="cleo@alfa.example",
    to_name="Cleo Falk",
    sender="samarbete@samarbete.example",
    sender_name="Nordbyrån via Samarbete",
    language="sv",
    subject="Nordbyrån vill samarbeta",
    text="Hej Cleo!\n\n.en rad som börjar med punkt\n.\n",
    html="<p>Hej Cleo!</p>",
    written_at=NOW,
)
sending = partial(Smtp, host="127.0.0.1", security="none", username=None, password=None, timeout_s=5)
PHASES = ("MAIL", "RCPT", "DATA")


async def test_a_letter_arrives_as_it_was_printed(peer: Peer, smtp: Smtp) -> None:
    await smtp.send(LETTER)
    assert peer.received == [(["cleo@alfa.example"], letter.as_bytes(LETTER))]
    (message,) = peer.messages
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == "<mail-1@samarbete.example>"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "552 too big", "501 syntax"])
async def test_a_refusal_with_5xx_is_for_good(peer: Peer, smtp: Smtp, phase: str, reply: str) -> None:
    peer.answer(phase, reply)
    with pytest.raises(PermanentFailureError) as failure:
        await smtp.send(LETTER)
    assert failure.value.problem == reply
    assert peer.received == []


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("reply", ["450 4.2.0 try later", "421 closing", "530 authenticate first", "535 sign in again"])
async def test_what_may_pass_is_not_held_against_the_recipient(peer: Peer, smtp: Smtp, phase: str, reply: str) -> None:
    peer.answer(phase, reply)
    with pytest.raises(TemporaryFailureError, match=reply[:3]):
        await smtp.send(LETTER)
    assert peer.received == []
    await smtp.send(LETTER)
    assert len(peer.received) == 1


async def test_a_connection_cut_after_the_data_may_pass(peer: Peer, smtp: Smtp) -> None:
    peer.answer("DATA", DROP)
    with pytest.raises(TemporaryFailureError):
        await smtp.send(LETTER)
    await smtp.send(LETTER)
    assert [message["Message-ID"] for message in peer.messages] == ["<mail-1@samarbete.example>"] * 2


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"421 too busy\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", None])
async def test_a_server_that_does_not_let_us_in_may_do_so_later(greeting: bytes | None) -> None:
    async with _raw(greeting) as port:
        with pytest.raises(TemporaryFailureError):
            await sending(port=port, timeout_s=0.2).send(LETTER)


async def test_a_server_that_drips_its_answer_is_given_up_in_time() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"220-x\r\n")
            await asyncio.sleep(0.02)

    async with _serving(drip) as port, asyncio.timeout(5):
        with pytest.raises(TemporaryFailureError, match="in time"):
            await sending(port=port, timeout_s=0.1).send(LETTER)


async def test_a_port_on_which_nobody_listens_may_open_later() -> None:
    async with _raw(b"") as port:
        pass
    with pytest.raises(TemporaryFailureError, match="could not be used"):
        await sending(port=port).send(LETTER)


async def test_the_problem_is_the_reply_without_addresses_breaks_or_strange_bytes(peer: Peer, smtp: Smtp) -> None:
    peer.answer("RCPT", "550-5.1.1 <cleo@alfa.example>: unknown\r\n550 to=dag@alfa.example,\x00\x1b[31m \u202efin" + "x" * 400)
    with pytest.raises(PermanentFailureError) as failure:
        await smtp.send(LETTER)
    problem = failure.value.problem
    assert problem.startswith("550 5.1.1 <…>: unknown")
    assert len(problem) == PROBLEM_LIMIT
    assert "@" not in problem
    assert problem.isprintable()


async def test_a_reply_that_is_not_utf_8_can_be_stored() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            writer.write(b"550 f\xf6r stort\r\n" if line.startswith(b"MAIL") else b"250 peer\r\n")
        writer.close()

    async with _serving(refuse) as port:
        with pytest.raises(PermanentFailureError) as failure:
            await sending(port=port).send(LETTER)
    assert failure.value.problem.encode() == b"550 f r stort"


async def test_the_server_is_signed_in_to(certificate: ssl.SSLContext) -> None:
    async with listening(Peer(), certificate=certificate, require_starttls=True) as peer:
        safe = partial(sending, port=peer.port, security="starttls", username="samarbete")
        with pytest.raises(TemporaryFailureError, match="535") as failure:
            await safe(password="wrong-one").send(LETTER)
        assert "wrong-one" not in failure.value.problem
        await safe(password="right").send(LETTER)
        assert set(peer.signed_in) == {"samarbete"}
        assert peer.secured == [True]
        assert len(peer.received) == 1


async def test_tls_from_the_first_byte(certificate: ssl.SSLContext) -> None:
    peer = Peer()
    async with listening(peer) as plain:
        async with _tunnel(certificate, plain.port) as port:
            await sending(port=port, security="tls").send(LETTER)
        assert len(peer.received) == 1


async def test_nothing_is_sent_in_the_clear_where_starttls_is_asked_for(peer: Peer) -> None:
    with pytest.raises(TemporaryFailureError):
        await sending(port=peer.port, security="starttls", username="samarbete", password="right").send(LETTER)
    assert (peer.received, peer.signed_in, peer.secured) == ([], [], [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_nothing_is_sent_to_a_server_whose_certificate_is_not_good(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, security: Literal["starttls", "tls"]
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with listening(Peer(), certificate=certificate, require_starttls=True) as peer:
        async with _tunnel(certificate, peer.port) as tunnel:
            port = peer.port if security == "starttls" else tunnel
            with pytest.raises(TemporaryFailureError):
                await sending(port=port, security=security, username="samarbete", password="right").send(LETTER)
        assert (peer.received, peer.signed_in, peer.secured) == ([], [], [])


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Make a certificate for 127.0.0.1, have it trusted, and give what a server needs to show it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@asynccontextmanager
async def _serving(serve: object, certificate: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    held: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        held.add(task)
        try:
            await serve(reader, writer)  # type: ignore[operator]  # one of the functions above
        finally:
            held.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=certificate)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def _raw(greeting: bytes | None) -> AsyncIterator[int]:
    """Serve a greeting and hang up; None is silence."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if greeting is None:
            await reader.read()
        else:
            writer.write(greeting)

    async with _serving(greet) as port:
        yield port


@asynccontextmanager
async def _tunnel(certificate: ssl.SSLContext, port: int) -> AsyncIterator[int]:
    """Serve TLS in front of a plain port."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(4096):
            writer.write(some)
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))
        finally:
            inner_writer.close()

    async with _serving(join, certificate) as outer:
        yield outer
