"""The service does what the law says: whatever is done, by whomever and whenever, it answers as a small model does."""

import os
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.model import running

# So many examples of so many steps take about half a minute on each database; `SCALE=50 make test` runs 50, and `make soak` on.
EXAMPLES, STEPS = int(os.environ.get("SCALE", "6")), 200


@pytest.mark.slow
@pytest.mark.sqlite
def test_the_service_answers_as_the_model_does_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    with running.on_sqlite(sqlite_template, tmp_path) as open_service:
        running.run(open_service, seed=1, examples=EXAMPLES + 1, steps=STEPS)


@pytest.mark.slow
@pytest.mark.postgresql
def test_the_service_answers_as_the_model_does_on_postgresql(postgres_server: URL, postgres_template: URL) -> None:
    with running.on_postgresql(postgres_server, postgres_template) as open_service:
        running.run(open_service, seed=2, examples=EXAMPLES + 1, steps=STEPS)
