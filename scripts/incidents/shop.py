"""The shop of the recorded incidents: cheap pages, a checkout that asks its database, and a report that keeps its rows."""
import socket
import time

time.sleep(0.7)  # As long as it takes to import a framework.

ROWS = []


def charge_card():
    with socket.create_connection(("127.0.0.1", 5432)) as database:
        database.sendall(b"SELECT charge(42)\n")
        return database.recv(64)


def checkout():
    return charge_card()


def export():
    time.sleep(25)
    return b"all orders\n"


def sales():
    for _ in range(30):
        ROWS.append(b"4711;shoes;1\n" * 25_000)
        time.sleep(0.1)
    return b"sales\n"


def page():
    time.sleep(0.02)
    return b"shoes, hats\n"


PAGES = {"/checkout": checkout, "/reports/sales": sales, "/orders/export": export}


def app(environ, start_response):
    body = PAGES.get(environ["PATH_INFO"], page)()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
