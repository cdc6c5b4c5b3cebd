"""What a browser test says of a page's conduct is said of a page that misbehaves, too."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.conftest import judged

pytestmark = pytest.mark.browser

PAGE = """<!doctype html>
<link rel="icon" href="data:,">
<p id="word">Doing</p>
<script nonce="ours">
fetch("http://elsewhere.example/").catch(() => 0);
const script = document.createElement("script");
script.text = "1";
document.body.append(script);
setTimeout(() => { throw new Error("broken on purpose"); });
setTimeout(() => { document.getElementById("word").textContent = "Done"; }, 200);
</script>
"""


class Misbehaving(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", "script-src 'nonce-ours'")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def misbehaving() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_requests_to_other_hosts_refused_scripts_and_failed_ones_are_complained_of(
    browser: None, misbehaving: str, tmp_path: Path
) -> None:
    _, complaints = judged("complaining", misbehaving, tmp_path)
    for expected in ("request to elsewhere.example", "Content Security Policy", "broken on purpose"):
        assert [line for line in complaints if expected in line], expected
