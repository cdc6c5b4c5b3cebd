"""Strawberry and uvicorn as they come, with the smallest of schemas: `python -m tests.fuzz.stock PORT` serves it."""

import sys

import strawberry
import uvicorn
from strawberry.asgi import GraphQL


@strawberry.type
class Query:
    viewer: str = "nobody"


if __name__ == "__main__":
    uvicorn.run(GraphQL(strawberry.Schema(query=Query)), port=int(sys.argv[1]), log_config=None, lifespan="off")
