"""The judge finds each thing that may be wrong with an answer, and nothing where all is well."""

import pytest

from tests.fuzz.asking import Sent, Talk
from tests.fuzz.heard import Answer, End, Heard, Spoken
from tests.fuzz.judge import Judge
from tests.support.frames import CLOSE, NORMAL, frame

JUDGE = Judge("/srv/data")
ASKED = Sent(parts=(b"",))
TALK = Talk(head=b"", frames=(frame(CLOSE, NORMAL),))
JSON = (("content-type", "application/json; charset=utf-8"),)
ENDS = (("connection", "close"),)
OPENED = Answer(status=101)
ACK = '{"type":"connection_ack"}'


def answer(body: bytes = b"{}", status: int = 200, **more: object) -> Answer:
    return Answer(status=status, headers=JSON, body=body, **more)  # type: ignore[arg-type]


def error(**extensions: str) -> bytes:
    told = ",".join(f'"{name}":"{value}"' for name, value in extensions.items())
    return b'{"errors":[{"message":"a","extensions":{%s}}]}' % told.encode()


def of_answer(given: Answer) -> list[str]:
    return JUDGE.faults(ASKED, Heard(answers=(given,)))


@pytest.mark.parametrize(
    "given",
    [
        answer(), answer(error(code="BAD_REQUEST"), 400),
        answer(b'{"data":null,"errors":[{"message":"a","extensions":{"code":"BAD_USER_INPUT"}}]}'),
        Answer(status=307), Answer(status=404, headers=JSON, body=b'{"error":"Not Found"}'),
        Answer(status=200, headers=(("content-type", "text/css"),), body=b"/usr/"),
        Answer(status=200, headers=(("content-type", "text/event-stream"),), body=b":\n\ndata: {}\n\n", is_stream=True),
        answer(b'{"data":{"name":"SELECTED"}}'),
    ],
)  # fmt: skip
def test_what_is_well_is_not_called_wrong(given: Answer) -> None:
    assert of_answer(given) == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (answer(status=500), "the status is 500"),
        (answer(status=503), "the status is 503"),
        (answer(is_complete=False), "the answer 200 was cut"),
        (answer(b'{"data":'), "the body is no JSON"),
        (answer(b'"\xff"'), "the body is no JSON"),
        (answer(b'{"errors":[]}'), "errors is no list, or an empty one"),
        (answer(b'{"errors":[{"message":"a"}]}'), "an error has no code"),
        (answer(b'{"errors":["a"]}'), "an error has no code"),
        (answer(error(code="INTERNAL", errorId="1")), "an error is INTERNAL"),
        (Answer(status=400, body=b"Traceback (most recent call last)"), "the words 'Traceback'"),
        (
            Answer(
                status=200, headers=(("content-type", "text/event-stream"),), body=b"data: " + error(code="INTERNAL") + b"\n\n"
            ),
            "an error is INTERNAL",
        ),
    ],
)
def test_what_is_wrong_with_an_answer_is_found(given: Answer, why: str) -> None:
    [found] = of_answer(given)
    assert found.startswith(why)


@pytest.mark.parametrize(
    "words",
    [
        'near \\"x\\": syntax error', "SELECT name FROM customers", "UNIQUE constraint failed", "(sqlite3.OperationalError)",
        "asyncpg.exceptions", "sqlalchemy.exc",
        "invalid byte sequence for encoding", 'File \\"a\\", line 5', "in app.py", "<object object at 0x7f00>",
        "'NoneType' object", "'utf-8' codec can't decode", "Incorrect padding",
        "Expecting value: line 1", "TypeError: a", "unhashable type", "/usr/lib", "/home" + "/a", "site-packages", "/srv/data",
        "[Errno 2]", "maximum recursion depth",
    ],
)  # fmt: skip
def test_the_words_of_what_is_inside_are_found(words: str) -> None:
    assert [why.startswith("the words ") for why in of_answer(answer(b'{"data":"%s"}' % words.encode()))][:1] == [True]


def test_an_answer_that_is_due_and_does_not_come_is_found() -> None:
    assert JUDGE.faults(ASKED, Heard(end=End.CLOSED)) == [
        "0 of 1 answers came, and then the connection was closed by the service"
    ]
    assert JUDGE.faults(ASKED, Heard(end=End.RESET)) == ["0 of 1 answers came, and then the connection was reset"]
    two = Sent(parts=(b"",), methods=("GET", "GET"))
    assert JUDGE.faults(two, Heard(answers=(answer(),), end=End.SILENT))[0].startswith("1 of 2 answers came")
    last = Answer(status=400, headers=JSON + ENDS, body=error(code="BAD_REQUEST"))
    assert JUDGE.faults(two, Heard(answers=(last,))) == []


def test_what_is_no_answer_or_one_that_never_ends_is_found() -> None:
    assert JUDGE.faults(ASKED, Heard(answers=(answer(),), rest=b"more")) == ["what came is no answer: b'more'"]
    wild = Sent(parts=(b"",), methods=(), wild=True)
    assert JUDGE.faults(wild, Heard()) == []
    assert JUDGE.faults(wild, Heard(end=End.SILENT)) == ["an answer began and did not end"]


def test_what_is_malformed_must_be_refused() -> None:
    malformed = Sent(parts=(b"",), refused=True)
    assert JUDGE.faults(malformed, Heard(answers=(answer(),))) == ["what is malformed was answered 200"]
    assert JUDGE.faults(malformed, Heard(answers=(answer(error(code="BAD_REQUEST"), 400),))) == []


def test_a_talk_that_ends_as_it_should_is_well() -> None:
    assert JUDGE.faults(TALK, Spoken(answer=OPENED, messages=(ACK,), code=1000)) == []
    assert JUDGE.faults(TALK, Spoken(answer=OPENED, code=4400)) == []
    own = Talk(head=b"", frames=(frame(CLOSE),))
    assert JUDGE.faults(own, Spoken(answer=OPENED, code=1005)) == []
    refused = Talk(head=b"", frames=(), is_refused=True)
    assert JUDGE.faults(refused, Spoken(answer=answer(error(code="BAD_REQUEST"), 400))) == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Spoken(end=End.SILENT), "the handshake was not answered"),
        (Spoken(answer=answer(error(code="BAD_REQUEST"), 400)), "the handshake was answered 400"),
        (Spoken(answer=OPENED, end=End.CLOSED), "there was no close frame"),
        *((Spoken(answer=OPENED, code=code), f"the socket was closed with {code}") for code in (1005, 1006, 1011, 4500, 5000)),
        (Spoken(answer=OPENED, code=1000, messages=(b"a",)), "a message is binary"),
        (Spoken(answer=OPENED, code=1000, messages=("[]",)), "a message is none of the protocol"),
        (Spoken(answer=OPENED, code=1000, messages=("\udcff",)), "a message is none of the protocol"),
        (
            Spoken(answer=OPENED, code=1000, messages=('{"type":"error","id":"1","payload":[{"message":"a"}]}',)),
            "an error has no code",
        ),
        (
            Spoken(
                answer=OPENED, code=1000, messages=('{"type":"next","id":"1","payload":' + error(code="INTERNAL").decode() + "}",)
            ),
            "an error is INTERNAL",
        ),
    ],
)
def test_what_is_wrong_with_a_talk_is_found(given: Spoken, why: str) -> None:
    [found] = JUDGE.faults(TALK, given)
    assert found.startswith(why)


def test_an_operation_that_does_not_end_is_found() -> None:
    asking = Talk(head=b"", frames=TALK.frames, awaited=("1", "2"))
    spoken = Spoken(answer=OPENED, code=1000, messages=('{"type":"complete","id":"1"}',))
    assert JUDGE.faults(asking, spoken) == ["an operation did not come to its end"]
