"""What the built-in mailbox holds, as JSON, for the mailbox's page and for programs that follow the links in mails."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from delivery.mailbox import Mailbox


def routes(mailbox: Mailbox) -> list[BaseRoute]:
    """Return the route of /mailbox/messages, a list of every mail, oldest first; development only."""

    async def messages(_request: Request) -> Response:
        found = [
            {
                "id": message.id,
                "to": message.recipient,
                "from": message.sender,
                "subject": message.subject,
                "text": message.text,
                "html": message.html,
                "createdAt": message.created_at.isoformat().replace("+00:00", "Z"),
            }
            for message in await mailbox.messages()
        ]
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return JSONResponse(found, headers=headers)

    return [Route("/mailbox/messages", messages)]
