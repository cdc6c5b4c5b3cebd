"""The layers know each other in one direction, and every file keeps the house's form."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture import rules, sources
from tests.architecture.sources import Page, Source

Rule = Callable[[Source], Iterator[str]]

BAD_FILES = [
    (rules.wrong_arrows, "domain/task.py", "import persistence.task"),
    (rules.wrong_arrows, "domain/task.py", "import sqlalchemy"),
    (rules.wrong_arrows, "domain/task.py", "from strawberry import type"),
    (rules.wrong_arrows, "persistence/task.py", "from resolvers import task"),
    (rules.wrong_arrows, "delivery/mail.py", "import resolvers"),
    (rules.wrong_arrows, "resolvers/task.py", "import schema.task"),
    (rules.wrong_arrows, "resolvers/task.py", "from settings import Settings"),
    (rules.wrong_arrows, "schema/task.py", "from persistence.tables import tasks"),
    (rules.wrong_arrows, "schema/task.py", "def load():\n    import app"),
    (rules.wrong_arrows, "app.py", "import cli"),
    (rules.wrong_arrows, "app.py", "from commands import running"),
    (rules.wrong_arrows, "commands/running.py", "import cli"),
    (rules.wrong_arrows, "examples/walk.py", "import domain"),
    (rules.wrong_imports, "domain/task.py", "from . import office"),
    (rules.wrong_imports, "domain/task.py", "def load():\n    import json"),
    (rules.wrong_imports, "domain/task.py", "class Task:\n    import json"),
    (rules.wrong_order, "domain/task.py", "from domain.collaboration import Collaboration"),
    (rules.wrong_order, "domain/office.py", "from domain import customer"),
    (rules.wrong_order, "domain/company.py", "from domain import collaboration"),
    (rules.wrong_order, "domain/service.py", "from domain import company"),
    (rules.wrong_sight, "resolvers/task.py", "async def find(context): await context.installation.database.write(work)"),
    (rules.wrong_size, "domain/task.py", "\n" * 301),
    (rules.wrong_names, "domain/utils.py", ""),
    (rules.wrong_names, "domain/common/task.py", ""),
    (rules.wrong_names, "domain/task.py", "class TaskManager: ..."),
    (rules.wrong_names, "domain/task_helper.py", ""),
    (rules.wrong_names, "domain/task.py", "def order_handler(): ..."),
    (rules.wrong_names, "domain/task.py", "class Task:\n    async def _manager(self): ..."),
    (rules.missing_docstring, "domain/task.py", "import json"),
]


@pytest.mark.parametrize("rule", rules.RULES)
def test_every_file_keeps_the_rules_of_the_house(rule: Rule) -> None:
    assert [fault for source in sources.read_sources() for fault in rule(source)] == []


def test_scripts_and_styles_are_as_short_as_other_files() -> None:
    assert [fault for page in sources.read_pages() for fault in rules.wrong_size(page)] == []
    assert {page.path.suffix for page in sources.read_pages()} == set(sources.PAGE_ENDINGS)
    assert list(rules.wrong_size(Page(path=Path("web/page/page.css"), text="\n" * 301)))


@pytest.mark.parametrize(("rule", "path", "text"), BAD_FILES)
def test_each_rule_finds_a_bad_file(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path=Path(path), text=text)))


@pytest.mark.parametrize("rule", rules.RULES)
def test_each_rule_has_a_bad_file_that_it_finds(rule: Rule) -> None:
    assert rule in [found for found, _, _ in BAD_FILES]


@pytest.mark.parametrize("rule", rules.RULES)
def test_no_rule_complains_about_a_good_file(rule: Rule) -> None:
    text = '"""What an engagement is."""\n\nimport json\n\nfrom domain.office import Office\n\n\ndef account_manager(): ...\n'
    assert list(rule(Source(path=Path("domain/task.py"), text=text))) == []


def test_the_layers_that_are_guarded_are_the_layers_that_exist() -> None:
    found = {source.layer for source in sources.read_sources()}
    assert found - set(sources.FOLDERS) <= {"app", "cli", "settings"}
    packages = {path.parent.name for path in sources.ROOT.glob("*/__init__.py")}
    assert packages <= set(rules.LAYERS)
