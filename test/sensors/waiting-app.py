"""A WSGI application whose pages wait in each of the ways that the kernel shows. Run as a program, it embeds gunicorn."""
import fcntl
import os
import select
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import parse_qs

FOLDER = os.path.dirname(os.path.abspath(__file__))
LISTENER = socket.create_server(("127.0.0.1", 0))
SILENT_PORT = LISTENER.getsockname()[1]


def wait_in(page, query):
    if page == "/sleep":
        time.sleep(60)
    elif page == "/spin":
        while True:
            pass
    elif page == "/peer":
        socket.create_connection(("127.0.0.1", SILENT_PORT)).recv(1)
    elif page == "/peer-with-timeout":
        socket.create_connection(("127.0.0.1", SILENT_PORT), timeout=60).recv(1)
    elif page == "/child":
        subprocess.run(["sleep", "61"])
    elif page == "/child-output":
        subprocess.run(["sleep", "62"], capture_output=True, timeout=60)
    elif page == "/lock":
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
    elif page == "/file-lock":
        with open(os.path.join(FOLDER, "held.lock"), "a") as first, open(os.path.join(FOLDER, "held.lock"), "a") as second:
            fcntl.flock(first, fcntl.LOCK_EX)
            fcntl.flock(second, fcntl.LOCK_EX)
    elif page == "/body":
        query["input"].read(1000)
    elif page == "/select":
        one, _other = socket.socketpair()
        select.select([one], [], [], 60)
    elif page == "/fork":
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)


def app(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    query["input"] = environ["wsgi.input"]
    wait_in(environ["PATH_INFO"], query)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"ok\n"]


if __name__ == "__main__":
    from gunicorn.app.base import BaseApplication

    class Embedded(BaseApplication):
        def load_config(self):
            self.cfg.set("bind", "127.0.0.1:" + sys.argv[1])
            self.cfg.set("workers", 2)

        def load(self):
            return app

    Embedded().run()
