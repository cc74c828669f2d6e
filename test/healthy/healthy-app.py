"""An application that nothing is wrong with: quick pages, slower ones, and some that compute."""
import asyncio
import time

BODY = b"healthy"
SLOW_SECONDS = {"/quick": 0, "/slow": 0.3, "/slower": 1.2}


def compute():
    return sum(number * number for number in range(100_000))


def app(environ, start_response):
    page = environ["PATH_INFO"]
    if page == "/compute":
        compute()
    time.sleep(SLOW_SECONDS.get(page, 0))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]


async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    page = scope["path"]
    if page == "/compute":
        compute()
    await asyncio.sleep(SLOW_SECONDS.get(page, 0))
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})
