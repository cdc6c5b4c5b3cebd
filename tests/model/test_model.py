"""The service does what the law says: whatever is done, by whomever and whenever, it answers as a small model does."""

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.model import running

# 50 examples, half of them on each database, in parts that can run at the same time; `make soak` goes on from there.
PARTS, EXAMPLES, STEPS = range(1, 6), 5, 200


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("part", PARTS)
def test_the_service_answers_as_the_model_does_on_sqlite(sqlite_template: Path, tmp_path: Path, part: int) -> None:
    with running.on_sqlite(sqlite_template, tmp_path) as open_service:
        running.run(open_service, seed=part, examples=EXAMPLES, steps=STEPS, shrinks=False)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.parametrize("part", PARTS)
def test_the_service_answers_as_the_model_does_on_postgresql(postgres_server: URL, postgres_template: URL, part: int) -> None:
    with running.on_postgresql(postgres_server, postgres_template) as open_service:
        running.run(open_service, seed=100 + part, examples=EXAMPLES, steps=STEPS, shrinks=False)
