"""For each number that is written to it, asks a server so often on two threads, and prints the seconds that took."""
import socket
import sys
import threading
import time

port = int(sys.argv[1])


def ask(count):
    for _ in range(count):
        connection = socket.create_connection(('127.0.0.1', port))
        connection.sendall(b'GET / HTTP/1.0\r\n\r\n')
        while connection.recv(65536):
            pass
        connection.close()


for line in sys.stdin:
    start = time.monotonic()
    threads = [threading.Thread(target=ask, args=(int(line) // 2,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(time.monotonic() - start, flush=True)
