"""A WSGI application whose pages cause the faults that gunspect names. Python 3.8 and newer, standard library only.

Pages (GET, numbers in the query):
  /                        answers at once
  /sleep?s=60              waits in time.sleep
  /write                   writes to a file in the folder `disk` of FAULT_APP_FOLDER
  /block                   waits for ever in a read that no event loop knows of
  /spin?s=60               uses the processor in Python
  /c-spin?s=60             uses the processor in one C call that keeps the interpreter lock: no signal handler can run
  /upstream?port=N         waits for an answer that never comes, from 127.0.0.1:N or from a silent listener of its own
  /trickle?s=60            sends its headers and half an answer, then waits
  /raise                   raises an exception; gunicorn answers 500 and the worker lives on
  /segfault                reads address 0
  /abort                   calls abort()
  /exit?code=7             os._exit
  /sys-exit?code=7         sys.exit
  /leak?mb=10              keeps that much memory for good; with every=0.1 again and again
  /linger?s=2              answers at once; the process then takes that long to end, when signal handlers are gone already
  /break-loop              answers at once; the worker's own loop then raises an exception
  /faults                  with `faults.json` in FAULT_APP_FOLDER: the menu of the faults listed there
  /faults/ID               asks the demo's launcher to cause that fault, and answers what it says
`after=S` waits first; `core=1` lets a crash leave a core file.

What happens while it is imported is said by FAULT_APP_BOOT, or by the file `boot` in FAULT_APP_FOLDER (read at each
import, so that it can be broken under a running server). Steps are separated by ";" and done in order:
  sleep S · spin S · import-error · missing-env · refused-service · syntax-error · no-app · sys-exit N · os-exit N · segfault

With FAULT_APP_FOLDER set, each request leaves "begin PID PAGE" and "end PID PAGE" in the file `journal` there; with a
menu only those for other pages than the ones that light traffic asks for, so that a long demo leaves no long file.
"""
import collections
import ctypes
import functools
import gc
import itertools
import json
import os
import signal
import socket
import sys
import time
from urllib.parse import parse_qs

FOLDER = os.environ.get("FAULT_APP_FOLDER")
KEPT = []


def spin(seconds):
    deadline = time.monotonic() + seconds
    count = 0
    while time.monotonic() < deadline:
        count += 1


def spin_in_c(seconds):
    # deque() consumes the iterator in C without ever looking for a signal; big integers and `re` do look.
    per_second = 400_000_000
    collections.deque(itertools.repeat(None, int(per_second * seconds)), maxlen=0)


def wait_for_upstream(port):
    silent = None
    if port is None:
        silent = socket.socket()
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        port = silent.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)) as upstream:
        upstream.sendall(b"SELECT 1\n")
        upstream.recv(1)


def allow_core():
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def segfault():
    ctypes.string_at(0)


def keep(megabytes):
    KEPT.append(bytearray(os.urandom(1)) * (megabytes * 1024 * 1024))


class Lingering:
    def __init__(self, seconds):
        self.sleep = functools.partial(time.sleep, seconds)

    def __del__(self):
        # Modules are taken apart after the interpreter has put the default signal handlers back.
        self.sleep()


def broken_notify():
    raise RuntimeError("the page was asked to break the worker's loop")


def break_loop():
    for candidate in gc.get_objects():
        if type(candidate).__module__.startswith("gunicorn.workers") and hasattr(candidate, "notify"):
            candidate.notify = broken_notify


def refused_service():
    with socket.socket() as reserved:
        # Bound but not listening: a connection to it is refused, and nobody else can take the port.
        reserved.bind(("127.0.0.1", 0))
        socket.create_connection(reserved.getsockname())


BOOT_STEPS = {
    "sleep": lambda value: time.sleep(float(value)),
    "spin": lambda value: spin(float(value)),
    "import-error": lambda _: __import__("payments_client"),
    "missing-env": lambda _: os.environ["PAYMENTS_URL"],
    "refused-service": lambda _: refused_service(),
    "syntax-error": lambda _: compile("def charge(:\n", "payments.py", "exec"),
    "no-app": lambda _: globals().pop("app"),
    "sys-exit": lambda value: sys.exit(int(value or 1)),
    "os-exit": lambda value: os._exit(int(value or 1)),
    "segfault": lambda _: segfault(),
}


def boot_plan():
    plan = os.environ.get("FAULT_APP_BOOT", "")
    if FOLDER:
        try:
            with open(os.path.join(FOLDER, "boot")) as file:
                plan = file.read()
        except FileNotFoundError:
            pass
    return [step.split() for step in plan.split(";") if step.strip()]


def read_menu():
    path = os.path.join(FOLDER or "", "faults.json")
    if not FOLDER or not os.path.exists(path):
        return {}
    with open(path) as file:
        return {fault["id"]: fault for fault in json.load(file)}


MENU = read_menu()


def menu_text(host):
    width = max(len(name) for name in MENU)
    lines = ["  curl http://%s/faults/%s  %s" % (host, name.ljust(width), MENU[name]["menu"]) for name in MENU]
    return "Each page causes one fault in this gunicorn:\n\n%s\n" % "\n".join(lines)


def die_with_master():
    # A page that hangs would hang for ever if the master were killed: nobody would be left to end it.
    if sys.platform == "linux":
        pr_set_pdeathsig = 1  # linux/prctl.h
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, int(signal.SIGKILL), 0, 0, 0)


def ask_launcher(name):
    with socket.socket(socket.AF_UNIX) as launcher:
        # Relative to the folder, which is the working directory.
        launcher.connect("launcher.sock")
        launcher.sendall(name.encode() + b"\n")
        return launcher.makefile("rb").readline()


def note(what, page):
    if FOLDER and not (MENU and page in ("/", "/sleep")):
        with open(os.path.join(FOLDER, "journal"), "a") as journal:
            journal.write("%s %d %s\n" % (what, os.getpid(), page))


def body_of(page, query):
    def number(name, default):
        return float(query[name][0]) if name in query else default

    code = int(number("code", 7))
    time.sleep(number("after", 0))
    if "core" in query:
        allow_core()
    if page == "/":
        yield b"ok\n"
    elif page == "/sleep":
        time.sleep(number("s", 60))
        yield b"slept\n"
    elif page == "/write":
        with open(os.path.join(FOLDER, "disk", "ledger"), "a") as ledger:
            ledger.write("charged\n")
        yield b"written\n"
    elif page == "/block":
        os.read(os.pipe()[0], 1)
        yield b"read\n"
    elif page == "/spin":
        spin(number("s", 60))
        yield b"spun\n"
    elif page == "/c-spin":
        spin_in_c(number("s", 60))
        yield b"spun\n"
    elif page == "/upstream":
        wait_for_upstream(int(number("port", 0)) or None)
        yield b"the upstream hung up\n"
    elif page == "/trickle":
        yield b"half\n"
        time.sleep(number("s", 60))
        yield b"whole\n"
    elif page == "/raise":
        raise RuntimeError("the page was asked to raise")
    elif page == "/segfault":
        segfault()
    elif page == "/abort":
        os.abort()
    elif page == "/exit":
        os._exit(code)
    elif page == "/sys-exit":
        sys.exit(code)
    elif page == "/leak":
        keep(int(number("mb", 10)))
        while "every" in query:
            time.sleep(number("every", 1))
            keep(int(number("mb", 10)))
        yield b"kept\n"
    elif page == "/linger":
        KEPT.append(Lingering(number("s", 2)))
        yield b"will linger\n"
    elif page == "/break-loop":
        break_loop()
        yield b"broken\n"
    elif MENU and page.startswith("/faults/"):
        name = page[len("/faults/"):]
        yield ask_launcher(name) if name in MENU else b"there is no such fault; /faults lists them\n"
    else:
        yield b"no such page\n"


def noted(page, query):
    note("begin", page)
    try:
        yield from body_of(page, query)
    finally:
        note("end", page)


def app(environ, start_response):
    page = environ["PATH_INFO"]
    if MENU and page == "/faults":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [menu_text(environ.get("HTTP_HOST", "127.0.0.1")).encode()]

    body = noted(page, parse_qs(environ["QUERY_STRING"]))
    # Everything but a trickle happens before the answer starts, so that gunicorn can still send an error.
    answer = body if page == "/trickle" else [b"".join(body)]
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Worker-Pid", str(os.getpid()))])
    return answer


if MENU:
    die_with_master()
for name, *value in boot_plan():
    BOOT_STEPS[name](value[0] if value else None)
