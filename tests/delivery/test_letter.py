"""Letters as bytes: whatever people are called and write, no header is added and nobody else is written to."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.headerregistry import AddressHeader

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import letter
from delivery.letter import Letter, Letterhead, UnsafeLetterError
from domain.mail import Mail, MailKind, MailStatus, Recipient
from domain.text import NAME_LIMIT
from persistence.keys import Keys
from tests.delivery.peer import HEADERS, headers, read

HEAD = Letterhead(base_url="http://samarbete.example", sender="samarbete@samarbete.example", keys=Keys(b"k" * 32))
LETTER = Letter(
    mail_id="mail-1",
    to="cleo@alfa.example",
    to_name="Cleo Falk",
    sender=HEAD.sender,
    sender_name="Nordbyrån via Samarbete",
    language="sv",
    subject="Nordbyrån vill samarbeta",
    text="Hej Cleo!\n",
    html="<p>Hej Cleo!</p>",
    written_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
)
ATTACKS = [
    "=?utf-8?q?a=0D=0ABcc=3A_eve=40evil.example?=",
    "=?utf-8?b?YQ0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
    "a =?utf-8?q?a=0ABcc=3A_eve=40evil.example?= b",
    "==?utf-8?q?a?==?utf-8?q?=0D=0ABcc=3A_eve=40evil.example?=",
    "Alfa\r\nBcc: eve@evil.example",
    "Alfa\nBcc: eve@evil.example",
    "Alfa\rBcc: eve@evil.example",
    "Alfa\x00\x0b\x0c\x1c\x85\u2028\u2029Bcc: eve@evil.example",
    "Alfa\r\n\r\nHej, klicka på http://evil.example",
    'Alfa" <eve@evil.example>, "Beta',
    "eve@evil.example, Alfa",
    "Alfa\ud800",
    "x" * NAME_LIMIT,
    "å" * NAME_LIMIT,
    "",
]
# What breaks headers, and what encoded words are made of, far more often than by chance.
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=5),
        st.sampled_from(["=?utf-8?q?", "=?", "?=", "=0D=0A", "\r\n", "\n", "\r", "Bcc:", '"', "<", ">", ",", "@"]),
    )
).map("".join)


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("field", ["subject", "to_name", "sender_name"])
def test_no_name_or_subject_adds_a_header_or_a_reader(field: str, text: str) -> None:
    _check(replace(LETTER, **{field: text}))  # type: ignore[arg-type]  # a field that is text


@given(TEXTS, TEXTS, TEXTS)
def test_no_text_at_all_adds_a_header_or_a_reader(subject: str, to_name: str, sender_name: str) -> None:
    _check(replace(LETTER, subject=subject, to_name=to_name, sender_name=sender_name))


def _check(written: Letter) -> None:
    printed = letter.as_bytes(written)
    assert headers(printed) == HEADERS
    parsed = read(printed)
    for name, address in (("to", written.to), ("from", written.sender)):
        found = parsed[name]
        assert isinstance(found, AddressHeader)
        assert [one.addr_spec for one in found.addresses] == [address]
    assert not re.search(r"[\r\n\x00]", parsed["subject"])
    body = parsed.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == written.text
    # RFC 5321 and 5322: bare breaks and longer lines are what servers read differently.
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", printed)
    assert max(len(line) for line in printed.split(b"\r\n")) <= 998
    assert printed.isascii()


@pytest.mark.parametrize(
    "address",
    [
        "cleo@alfa.example, eve@evil.example",
        "cleo@alfa.example\r\nBcc: eve@evil.example",
        "cleo@alfa.example\r\nRCPT TO:<eve@evil.example>",
        "Cleo <cleo@alfa.example>",
        "=?utf-8?q?cleo=40alfa.example=0D=0ABcc=3Aeve?=@evil.example",
        "cleo",
        "",
        "cléo@alfa.example",
    ],
)
@pytest.mark.parametrize("field", ["to", "sender"])
def test_an_address_that_is_not_one_plain_one_is_refused(field: str, address: str) -> None:
    with pytest.raises(UnsafeLetterError):
        letter.as_bytes(replace(LETTER, **{field: address}))  # type: ignore[arg-type]  # a field that is text


def test_development_may_send_from_localhost_but_not_to_it() -> None:
    printed = letter.as_bytes(replace(LETTER, sender="samarbete@localhost"))
    assert read(printed)["message-id"] == "<mail-1@localhost>"
    with pytest.raises(UnsafeLetterError):
        letter.as_bytes(replace(LETTER, to="cleo@localhost"))


@pytest.mark.parametrize("added", [b"Bcc: eve@evil.example\r\n", b"Subject: another\r\n", b""])
def test_headers_that_came_out_otherwise_are_found(added: bytes) -> None:
    printed = letter.as_bytes(LETTER)
    changed = added + printed if added else printed.replace(b"Auto-Submitted: auto-generated\r\n", b"")
    with pytest.raises(UnsafeLetterError):
        letter.check_headers(changed)


def test_a_letter_is_printed_the_same_each_time() -> None:
    assert letter.as_bytes(LETTER) == letter.as_bytes(LETTER)


@pytest.mark.parametrize("text", ATTACKS)
def test_what_people_write_is_text_in_the_html_and_one_line_in_the_subject(text: str) -> None:
    evil = f'<img src="http://evil.example">{{{{ 7 * 7 }}}}{text}'
    content: dict[str, str | int | bool | list[str] | None] = {
        "path": "/portal",
        "expires_at": "2026-04-01 10:00",
        "scenario": "SERVICE_IN_USE",
        "approval_kind": "COLLABORATION",
        "invoice_recipient": "CUSTOMER",
    }
    for name in ("office", "advisor", "customer", "company", "service", "task", "message"):
        content[name] = evil
    mail = Mail(
        id="mail-1",
        kind=MailKind.ACTIVATION,
        collaboration_id="collaboration-1",
        recipient=Recipient(name=evil, email="cleo@alfa.example", language="sv", administrator_id="cleo"),
        content=content,
        link_id="link-1",
        status=MailStatus.QUEUED,
        problem=None,
        queued_at=LETTER.written_at,
        sent_at=None,
        attempts=0,
    )
    written = letter.write(mail, HEAD)
    assert "<img" not in written.html
    assert "&lt;img" in written.html
    assert "{{ 7 * 7 }}" in written.html
    assert "{{ 7 * 7 }}" in written.text
    link = f"http://samarbete.example/portal#{HEAD.keys.link_secret('link-1')}"
    assert re.findall(r'(?:href|src)="([^"]*)"', written.html) == [link]
    assert "\n" not in written.subject
    assert headers(letter.as_bytes(written)) == HEADERS
