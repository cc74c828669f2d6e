"""An asgi application that waits in known places, and tells what each of its tasks awaits, as Python itself knows it."""
import asyncio
import json
import os
import time
import types


@types.coroutine
def through_a_generator(event):
    yield from event.wait().__await__()


class Awaitable:
    def __init__(self, event):
        self.event = event

    def __await__(self):
        return self.event.wait().__await__()


async def rows(event):
    yield 1
    await Awaitable(
        event
    )
    yield 2


async def all_rows(event):
    return [row async for row in rows(event)]


async def in_a_task(event):
    return await asyncio.create_task(
        all_rows(event)
    )


async def slow(event):
    await through_a_generator(event)


def hold_the_loop(seconds):
    time.sleep(seconds)


EVENTS = {}


def awaited_frames(task):
    """What a task awaits, outermost first, by what Python tells of its own objects."""
    frames, now = [], task.get_coro()
    while now is not None:
        kind = type(now).__name__
        prefix = {'coroutine': 'cr', 'generator': 'gi', 'async_generator': 'ag'}.get(kind)
        if prefix is None:
            break
        frame = getattr(now, prefix + '_frame')
        if frame is None:
            break
        frames.append([frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno])
        now = getattr(now, {'cr': 'cr_await', 'gi': 'gi_yieldfrom', 'ag': 'ag_await'}[prefix])
    return frames


async def app(scope, receive, send):
    if scope['type'] == 'lifespan':
        while (await receive())['type'] != 'lifespan.shutdown':
            await send({'type': 'lifespan.startup.complete'})
        await send({'type': 'lifespan.shutdown.complete'})
        return
    path = scope['path']
    body = str(os.getpid()).encode()
    if path.startswith('/hold/'):
        event = EVENTS[path] = asyncio.Event()
        await (in_a_task if path.startswith('/hold/task') else slow)(event)
    elif path.startswith('/block'):
        hold_the_loop(60)
    elif path == '/release':
        for event in EVENTS.values():
            event.set()
    elif path == '/tasks':
        body = json.dumps([awaited_frames(task) for task in asyncio.all_tasks()]).encode()
    headers = [(b'content-length', str(len(body)).encode()), (b'connection', b'close')]
    await send({'type': 'http.response.start', 'status': 200, 'headers': headers})
    await send({'type': 'http.response.body', 'body': body})
