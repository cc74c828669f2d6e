"""An application that tells who it is, stays in known places, and dumps its own stacks when it is asked to."""
import faulthandler
import os
import threading
import time

DUMP_SIGNAL = 40

stacks = open('stacks-%d.txt' % os.getpid(), 'w')
faulthandler.register(DUMP_SIGNAL, file=stacks, all_threads=True)


def wait_for_good(
    seconds,
    reason,
):
    time.sleep(
        seconds
    )
    return reason


def numbers(seconds):
    for number in range(3):
        if number == 1:
            yield wait_for_good(
                seconds, 'generator'
            )
        yield number


class View:
    def __init__(self, seconds):
        self.seconds = seconds

    def get(self):
        def captured():
            return [number for number in numbers(self.seconds)]
        return captured()


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))


def app(environ, start_response):
    path = environ['PATH_INFO']
    if path.startswith('/hold'):
        View(60).get()
    elif path.startswith('/spin'):
        spin(20)
    elif path.startswith('/attributes'):
        worker_attributes()
    body = str(os.getpid()).encode()
    start_response('200 OK', [('Content-Type', 'text/plain'), ('Content-Length', str(len(body)))])
    return [body]


def worker_attributes():
    """Turns the values of the worker object into a dict, as any code that asks for `vars` does."""
    import gc
    for found in gc.get_objects():
        if type(found).__name__ in ('SyncWorker', 'ThreadWorker'):
            for number in range(40):
                vars(found)['extra_%d' % number] = number
