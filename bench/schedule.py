"""A month of 2,000 pieces drawn: how long the server takes, and how long a browser takes from the click to the picture.

    python -m bench.schedule

Goal: under one second in all. Data are invented; the browser is the system's Chromium.
"""

import os
import statistics
import tempfile
import threading
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
os.environ["HONGQIAO_DATA"] = tempfile.mkdtemp(prefix="bench-calendar-")
PIECES, ROUNDS = 2000, 5


def fill() -> str:
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from hongqiao.content.models import Piece
    from hongqiao.site import first
    from hongqiao.workspace import services
    from hongqiao.workspace.models import Member

    first.migrate()
    services.create_brand(user=first.owner(), name="量一量", slug="bench")
    owner = Member.objects.get(brand__slug="bench")
    accounts = [
        services.create_account(actor=owner, platform=p, name=p) for p in ("douyin", "xiaohongshu", "wechat_oa")
    ]
    start = datetime(2027, 6, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    rows = []
    for n in range(PIECES):
        at, account = start + timedelta(days=n % 30, minutes=(n // 30) * 10), accounts[n % 3]
        told = {"platform": account.platform, "account": account, "form": "note", "publish_at": at, "owner": owner}
        rows.append(Piece(brand=owner.brand, title=f"第 {n} 条：油皮夏天怎么补涂防晒", by=owner, **told))
    Piece.objects.bulk_create(rows, batch_size=500)
    return first.sign_in_path()


def main() -> None:
    import django

    django.setup()
    link = fill()
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from playwright.sync_api import sync_playwright

    from hongqiao.site.wsgi import application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    page_of = f"{base}/b/bench/content/calendar/?on=2027-06"
    with sync_playwright() as p:
        chrome = next(c for c in ("/usr/bin/chromium", "/usr/bin/google-chrome") if os.path.exists(c))
        browser = p.chromium.launch(executable_path=chrome, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(base + link)
        page.locator("form button[type=submit]").first.click()
        page.wait_for_load_state()
        taken, served = [], []
        for _ in range(ROUNDS + 1):
            begin = time.perf_counter()
            page.goto(page_of, wait_until="load")
            assert page.locator("#calendar .slot").count() == PIECES
            page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
            taken.append(time.perf_counter() - begin)
            served.append(page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd") / 1000)
        browser.close()
    server.shutdown()
    print(f"{PIECES} pieces, {ROUNDS} rounds, one browser")
    print(f"server, to the last byte: median {statistics.median(served[1:]):.2f} s")
    print(f"in all, to the picture:   median {statistics.median(taken[1:]):.2f} s, worst {max(taken[1:]):.2f} s")


if __name__ == "__main__":
    main()
