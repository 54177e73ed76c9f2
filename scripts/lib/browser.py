"""A headless Chromium that takes pictures of Odoo, over the DevTools protocol."""

import base64
import io
import itertools
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request

import websocket
from PIL import Image

DEVICES = {"desktop": (1366, 768, 1, False), "phone": (390, 844, 2, True)}
# What is on the screen and will not change by itself any more
READY = """(() => {
    if (document.readyState !== "complete") return false;
    if (document.querySelector(".o_loading_indicator, .o_blockUI")) return false;
    const spinner = document.querySelector(".o_portal_doc_spinner");
    if (spinner && spinner.offsetParent) return false;
    const loading = (image) => !image.complete && image.loading !== "lazy";
    if ([...document.images].some(loading)) return false;
    return Boolean(document.querySelector(
        ".o_action_manager .o_view_controller, .o_action_manager .o_action > *,"
        + " .o_portal_wrap, .o_home_menu, main, .oe_login_form"));
})()"""


class Browser:
    """One browser; `login` before `open`."""

    def __init__(self, url):
        self.url = url
        self.numbers = itertools.count(1)
        self.folder = tempfile.mkdtemp(prefix="aftersales-shots-")
        binary = shutil.which("chromium") or shutil.which("google-chrome")
        if not binary:
            raise SystemExit("Chromium is missing: apt-get install chromium")
        self.process = subprocess.Popen(
            [
                binary,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                "--lang=en-US",
                "--remote-allow-origins=*",
                "--remote-debugging-port=0",
                f"--user-data-dir={self.folder}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port = self._wait_for_port()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = [page for page in json.load(answer) if page["type"] == "page"]
        self.socket = websocket.create_connection(
            pages[0]["webSocketDebuggerUrl"], timeout=60, suppress_origin=True
        )
        self.call("Page.enable")

    def _wait_for_port(self):
        for __ in range(200):
            try:
                with open(f"{self.folder}/DevToolsActivePort") as file:
                    return int(file.readline())
            except (OSError, ValueError):
                time.sleep(0.1)
        raise SystemExit("Chromium does not start.")

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def run(self, script):
        """Return what the JavaScript expression gives."""
        result = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def login(self, session):
        """Go on with the cookie of a session."""
        self.call("Network.clearBrowserCookies")
        self.call("Network.setCookie", name="session_id", value=session, url=self.url)

    def device(self, name):
        width, height, scale, mobile = DEVICES[name]
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=mobile,
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=mobile)

    def open(self, path):
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=self.url + path)
        self.wait()

    def wait(self, seconds=120):
        """Wait until the page has been ready for a moment."""
        since = None
        end = time.time() + seconds
        while time.time() < end:
            if self.run(READY):
                since = since or time.time()
                if time.time() - since > 0.8:
                    return
            else:
                since = None
            time.sleep(0.1)
        raise RuntimeError(f"the page does not get ready: {self.run('location.href')}")

    def overflow(self):
        """Return by how many pixels the page is wider than the screen."""
        return self.run(
            "document.documentElement.scrollWidth"
            " - document.documentElement.clientWidth"
        )

    def picture(self, path, limit=200_000):
        """Save the screen as a PNG below ``limit`` bytes; return its size."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        for colours in (256, 128, 64, 32):
            buffer = io.BytesIO()
            image.quantize(colours, method=Image.Quantize.MEDIANCUT).save(
                buffer, "PNG", optimize=True
            )
            if buffer.tell() < limit:
                break
        with open(path, "wb") as file:
            file.write(buffer.getvalue())
        return buffer.tell()
