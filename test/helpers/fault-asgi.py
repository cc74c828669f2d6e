"""The ASGI side of fault_app.py: the same pages, but what an ASGI application awaits is awaited and lets the loop go on.

/sleep, /upstream, /trickle and `after=S` are awaited; all other pages keep the loop to themselves. A file `lifespan` in
FAULT_APP_FOLDER makes the next start of the lifespan fail.
"""
import asyncio
import os
from urllib.parse import parse_qs

import fault_app


def number(query, name, default):
    return float(query[name][0]) if name in query else default


async def wait_for_upstream():
    async def say_nothing(reader, _):
        await reader.read()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*silent.sockets[0].getsockname())
    writer.write(b"SELECT 1\n")
    await reader.read(1)


async def body_of(page, query):
    await asyncio.sleep(number(query, "after", 0))
    query = {name: value for name, value in query.items() if name != "after"}
    if page == "/sleep":
        await asyncio.sleep(number(query, "s", 60))
        return b"slept\n"
    if page == "/upstream":
        await wait_for_upstream()
        return b"the upstream hung up\n"
    return b"".join(fault_app.body_of(page, query))


async def answer(scope, send):
    page, query = scope["path"], parse_qs(scope["query_string"].decode())
    headers = [(b"content-type", b"text/plain"), (b"x-worker-pid", str(os.getpid()).encode())]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    fault_app.note("begin", page)
    try:
        if page == "/trickle":
            await send(start)
            await send({"type": "http.response.body", "body": b"half\n", "more_body": True})
            await asyncio.sleep(number(query, "s", 60))
            body = b"whole\n"
        else:
            body = await body_of(page, query)
            await send(start)
        await send({"type": "http.response.body", "body": body})
    finally:
        fault_app.note("end", page)


async def lifespan(receive, send):
    await receive()
    if os.path.exists(os.path.join(fault_app.FOLDER, "lifespan")):
        await send({"type": "lifespan.startup.failed", "message": "the pool of connections could not be opened"})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http":
        await answer(scope, send)


if not hasattr(fault_app, "app"):
    del app
