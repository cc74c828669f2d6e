"""Tells, as lines of JSON, when children of a process are born and how they end: the truth that a verdict is held against.

Usage: fault-witness.py MASTER_PID. Independent of gunicorn's log and of gunspect. The wait status comes from a pidfd
(PIDFD_GET_INFO, Linux 6.15 and newer); on older kernels a death is told without it.
"""
import ctypes
import fcntl
import json
import os
import select
import struct
import sys
import time

PIDFD_GET_INFO = 0xC040FF0B  # _IOWR(0xFF, 11, 64 bytes), linux/pidfd.h
PIDFD_INFO_EXIT = 1 << 3
PIDFD_OPEN = 434  # the same number on every architecture

libc = ctypes.CDLL(None, use_errno=True)
poller = select.poll()
pid_of = {}
seen = set()
dying = {}


def say(**fact):
    fact["at"] = time.time() * 1000
    print(json.dumps(fact), flush=True)


def watch(pid):
    fd = libc.syscall(PIDFD_OPEN, pid, 0)
    if fd < 0:
        return
    poller.register(fd, select.POLLIN)
    pid_of[fd] = pid


def wait_status(fd):
    # 64 bytes: the mask first, the wait status at offset 60. Filled in once the process has been reaped.
    info = bytearray(struct.pack("<Q56x", PIDFD_INFO_EXIT))
    try:
        fcntl.ioctl(fd, PIDFD_GET_INFO, info)
    except OSError:
        return None
    (mask,) = struct.unpack_from("<Q", info)
    return struct.unpack_from("<i", info, 60)[0] if mask & PIDFD_INFO_EXIT else None


def find_children(master):
    try:
        with open("/proc/%d/task/%d/children" % (master, master)) as file:
            children = {int(pid) for pid in file.read().split()}
    except OSError:
        return
    for pid in children - seen:
        seen.add(pid)
        watch(pid)
        say(event="born", pid=pid)


master = int(sys.argv[1])
watch(master)
find_children(master)
say(event="ready", pid=master)
while pid_of or dying:
    for fd, _ in poller.poll(8):
        if fd in pid_of:
            dying[fd] = (pid_of.pop(fd), time.monotonic())
            say(event="died", pid=dying[fd][0])
            poller.unregister(fd)
    for fd, (pid, since) in list(dying.items()):
        status = wait_status(fd)
        if status is not None or time.monotonic() - since > 1:
            say(event="status", pid=pid, status=status)
            del dying[fd]
            os.close(fd)
    find_children(master)
