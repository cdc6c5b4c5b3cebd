"""A client of GraphQL over HTTP: one person's requests to an edge that listens, and the codes of the answers."""

import httpx

from tests.support.edge import Listening

RESPONSE = "application/graphql-response+json"
JSON = "application/json"


def client_of(listening: Listening, bearer: str, accept: str = RESPONSE) -> httpx.AsyncClient:
    """Make a client that asks with the token, and takes this media type where a request says nothing else."""
    headers = {"Authorization": f"Bearer {bearer}", "Accept": accept}
    return httpx.AsyncClient(base_url=listening.origin, headers=headers)


async def post(client: httpx.AsyncClient, body: object, **headers: str) -> httpx.Response:
    """Post a body as JSON; a header's name has underscores for its hyphens."""
    return await client.post("/graphql", json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def codes(response: httpx.Response) -> list[str]:
    """Return the codes of the errors of an answer."""
    return [error["extensions"]["code"] for error in response.json()["errors"]]
