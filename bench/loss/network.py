"""A link between two network namespaces that is slow and loses packets, as a bad network does, for TCP and UDP alike:
`network.py LOSS DELAY SEED NAMESPACE=ADDRESS NAMESPACE=ADDRESS`. LOSS is the share of packets that are lost, from 0
to 1, and DELAY how long one is on its way, in milliseconds. The namespaces exist already. When the link is up it
prints 'up', and when its input ends, how many packets passed and how many it lost.

Each end is a TUN device, whose packets this program moves. The kernel's own emulation (netem) is not in every kernel.
"""
import collections
import fcntl
import os
import random
import selectors
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
MOST = 65536


def device(index, namespace, address):
    """Makes a TUN device in a namespace, and returns its descriptor."""
    end = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    name = f'loss{os.getpid() % 100000}{"ab"[index]}'
    fcntl.ioctl(end, TUNSETIFF, struct.pack('16sH', name.encode(), IFF_TUN | IFF_NO_PI))
    ip = lambda *words: subprocess.run(['ip', *words], check=True)
    ip('link', 'set', name, 'netns', namespace)
    ip('-n', namespace, 'addr', 'add', f'{address}/24', 'dev', name)
    ip('-n', namespace, 'link', 'set', name, 'up')
    return end


def main(loss, delay, seed, *ends):
    chance = random.Random(int(seed))
    loss, delay = float(loss), float(delay) / 1000
    a, b = (device(i, *end.split('=')) for i, end in enumerate(ends))
    waiting = collections.deque()  # (when, to, packet); all are delayed equally, so they stay in order
    passed = lost = 0
    selector = selectors.DefaultSelector()
    for end in (a, b, sys.stdin.fileno()):
        selector.register(end, selectors.EVENT_READ)
    print('up', flush=True)
    while True:
        left = waiting[0][0] - time.monotonic() if waiting else None
        for key, _ in selector.select(left if left is None else max(left, 0)):
            if key.fd == sys.stdin.fileno():
                print(passed, lost, flush=True)
                return
            try:
                while True:
                    packet = os.read(key.fd, MOST)
                    if chance.random() < loss:
                        lost += 1
                    else:
                        waiting.append((time.monotonic() + delay, b if key.fd == a else a, packet))
            except BlockingIOError:
                pass
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, to, packet = waiting.popleft()
            try:
                os.write(to, packet)
                passed += 1
            except (BlockingIOError, OSError):
                lost += 1


main(*sys.argv[1:])
