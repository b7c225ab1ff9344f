"""How long a reader of the site waits: bytes and seconds to a page, and to its first instrument, on a slow line.

    python benchmarks/site_load.py [build/site]      (after make site)

5 Mbit/s and 100 ms, as Chromium throttles them; files are compressed as a web host does it. Cold: nothing was loaded
before; warm: the same page once more.
"""

import gzip
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]
from lab import launched

SLOW = {"offline": False, "latency": 100, "downloadThroughput": 5e6 / 8, "uploadThroughput": 5e6 / 8}
FIRST = "document.querySelector('.s2s-live canvas[role=img]')?.ariaLabel"


class Compressed(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        body = path.read_bytes()
        packed = path.suffix in {".html", ".js", ".css", ".json", ".svg"}
        body = gzip.compress(body, 6) if packed else body
        self.send_response(200)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def visit(context, address):
    """Seconds to the load, from there to the first instrument once it is in view; bytes before and after."""
    page = context.new_page()
    line, moved = context.new_cdp_session(page), []
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    line.on("Network.loadingFinished", lambda event: moved.append(event["encodedDataLength"]))
    start = time.perf_counter()
    page.goto(address, wait_until="load")
    loaded, before = time.perf_counter(), sum(moved)
    page.locator(".s2s-live").first.scroll_into_view_if_needed()
    page.wait_for_function(FIRST)
    shown = time.perf_counter()
    page.wait_for_timeout(100)  # the last bytes are counted
    page.close()
    return loaded - start, shown - loaded, before, sum(moved) - before


def main(site=ROOT / "build" / "site"):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with launched() as browser:
        for lesson in sorted(Path(site).glob("notebooks/*.html")):
            if 's2s-live"' not in lesson.read_text(encoding="utf-8"):
                continue
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            for which in "cold", "warm":
                seen = visit(context, f"http://127.0.0.1:{server.server_port}/notebooks/{lesson.name}")
                load, first, before, after = seen
                print(
                    f"{lesson.stem[:2]} {which}: page {load:.1f} s, {before / 1e3:.0f} kB; "
                    f"then the first instrument {first:.2f} s, {after / 1e3:.0f} kB",
                    flush=True,
                )
            context.close()
    server.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
