"""An advisor's desk: what a test of the whole service needs done, or wants to know, through the API."""

import json
import urllib.request
from typing import Any

from tests.support import service

DOCUMENTS = service.ROOT / "examples" / "documents"

STANDING = """
query Standing($id: ID!) {
  collaboration(id: $id) { status declineReason approval { terms { text sha256 } approvedBy { name } } }
}"""


class Desk:
    """Asks as one advisor."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def activate(self, name: str) -> str:
        """Activate Visma Scanner for the customer of this name, and return the collaboration's id."""
        result = self._ask(_document("activate"), input=self.activation(name))["activateCollaboration"]
        return str(result["collaboration"]["id"])

    def activation(self, name: str) -> dict[str, str]:
        """Return the input that activates Visma Scanner for the customer of this name."""
        services = self._ask(_document("start"))["services"]
        [customer] = self._ask(_document("customer"), name=name)["customers"]["nodes"]
        return {
            "customerId": customer["id"],
            "serviceId": next(one["id"] for one in services if one["code"] == "VISMA_SCANNER"),
            "taskId": customer["tasks"]["nodes"][0]["id"],
        }

    def standing(self, collaboration_id: str) -> dict[str, Any]:
        """Return how the collaboration stands now."""
        found: dict[str, Any] = self._ask(STANDING, id=collaboration_id)["collaboration"]
        return found

    def first_cursor(self) -> str:
        """Return the cursor of the first event that the office was told of."""
        [event] = self._ask("{ collaborationEvents(first: 1) { nodes { cursor } } }")["collaborationEvents"]["nodes"]
        return str(event["cursor"])

    def _ask(self, document: str, **variables: object) -> dict[str, Any]:
        asked = urllib.request.Request(
            f"{self._url}/graphql",
            data=json.dumps({"query": document, "variables": variables}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        with urllib.request.urlopen(asked, timeout=15) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


def _document(name: str) -> str:
    return (DOCUMENTS / f"{name}.graphql").read_text(encoding="utf-8")
