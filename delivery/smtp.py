"""Letters out by SMTP: one connection for each, and every answer of the server judged as lasting or passing."""

import asyncio
import re
import unicodedata
from contextlib import suppress
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from delivery import letter
from delivery.letter import Letter
from delivery.transport import PermanentFailureError, TemporaryFailureError

PROBLEM_LIMIT = 200
# RFC 4954 and 3207: the server wants another sign-in or TLS, which says nothing about the recipient.
_ABOUT_US = frozenset({530, 534, 535, 538})
_ADDRESS = re.compile(r"""[^\s<>()\[\]:;,"']+@[^\s<>()\[\]:;,"']+""")


class Smtp:
    """A transport to one mail server; `timeout_s` is how long each answer may take, and the whole three times that.

    With `starttls` or `tls` nothing is ever sent in the clear, nor to a server whose certificate is not good.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        security: Literal["starttls", "tls", "none"],
        username: str | None,
        password: str | None,
        timeout_s: float = 20,
    ) -> None:
        self._host = host
        self._port = port
        self._security = security
        self._username = username
        self._password = password
        self._timeout_s = timeout_s

    async def send(self, written: Letter, /) -> None:
        """Hand the letter to the server, whose yes after the last byte is what counts.

        Raises:
            PermanentFailureError: the server refuses the sender, the recipient or the content with 5xx.
            TemporaryFailureError: anything else went wrong: no connection, no good certificate, no sign-in, 4xx, no answer.
            UnsafeLetterError: the letter would not say what it should; nothing was sent.
        """
        printed = letter.as_bytes(written)
        client = self._client(written.sender.rpartition("@")[2])
        try:
            async with asyncio.timeout(3 * self._timeout_s):
                await client.connect()
                await client.mail(written.sender)
                await client.rcpt(written.to)
                await client.data(printed, timeout=2 * self._timeout_s)
                # What the server says to our goodbye cannot take its yes back.
                with suppress(SMTPException, OSError):
                    await client.quit(timeout=1)
        except (SMTPSenderRefused, SMTPRecipientRefused, SMTPDataError) as refused:
            problem = _said(refused)
            if refused.code >= 500 and refused.code not in _ABOUT_US:  # noqa: PLR2004 - RFC 5321: 5yz is permanent
                raise PermanentFailureError(problem) from None
            raise TemporaryFailureError(problem) from None
        except SMTPResponseException as refused:
            raise TemporaryFailureError(_said(refused)) from None
        except TimeoutError:
            raise TemporaryFailureError("the mail server did not answer in time") from None
        except (SMTPException, OSError, ValueError) as error:
            # ValueError: what came back was no SMTP. The words of these name hosts and ports, so their kind must do.
            raise TemporaryFailureError(f"the mail server could not be used ({type(error).__name__})") from None
        finally:
            client.close()

    async def check(self) -> None:
        """Connect, sign in where that is asked for, and say goodbye; nothing is sent.

        Raises:
            TemporaryFailureError: that did not work; the text says at what.
        """
        client = self._client("localhost")
        try:
            async with asyncio.timeout(self._timeout_s):
                await client.connect()
                await client.quit()
        except SMTPResponseException as refused:
            raise TemporaryFailureError(_said(refused)) from None
        except (TimeoutError, SMTPException, OSError, ValueError) as error:
            raise TemporaryFailureError(f"the mail server could not be used ({type(error).__name__})") from None
        finally:
            client.close()

    def _client(self, local_name: str) -> SMTP:
        return SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._security == "tls",
            start_tls=self._security == "starttls",
            username=self._username,
            password=self._password,
            local_hostname=local_name,
            timeout=self._timeout_s,
        )


def _said(refused: SMTPResponseException) -> str:
    """Return the server's reply as one short line, without control characters, and without the addresses it repeats."""
    reply = f"{refused.code} {refused.message}"
    # Cc are breaks and NUL, Cs what was not UTF-8: neither can be stored everywhere.
    visible = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in reply)
    return " ".join(_ADDRESS.sub("…", visible).split())[:PROBLEM_LIMIT]
