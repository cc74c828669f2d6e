"""Asks a server for the given seconds on a few threads and prints how many answers each worker gave, as JSON."""
import collections
import json
import socket
import sys
import threading
import time

port, seconds, count = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
answers = collections.Counter()
lock = threading.Lock()
end = time.time() + seconds


def ask(number):
    mine = collections.Counter()
    turn = 0
    while time.time() < end and turn < count:
        turn += 1
        connection = socket.create_connection(('127.0.0.1', port))
        connection.sendall(('GET /load/%d/%d?token=hidden HTTP/1.0\r\n\r\n' % (number, turn)).encode())
        answer = b''
        while True:
            part = connection.recv(65536)
            if not part:
                break
            answer += part
        connection.close()
        mine[answer.rsplit(b'\r\n\r\n', 1)[1].decode()] += 1
    with lock:
        answers.update(mine)


threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(answers))
