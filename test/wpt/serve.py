"""Serves web-platform-tests with their own server, wptserve, until standard input ends: `serve.py TESTS CONFIG`.

Started by server.mjs. In a file of its own because the servers run in processes that are forked from this one.
"""

import multiprocessing
import os
import signal
import sys
import threading

tests, config = sys.argv[1:]
sys.path.insert(0, os.path.join(tests, "tools"))
os.chdir(tests)

import localpaths  # noqa: E402, F401 (adds the vendored libraries to the path)
from serve import serve  # noqa: E402


def stop_with_input(pid):
    while os.read(0, 4096):
        pass
    os.kill(pid, signal.SIGINT)


threading.Thread(target=stop_with_input, args=[os.getpid()], daemon=True).start()
parameters = vars(serve.get_parser().parse_args(["--config", config]))
serve.run(mp_context=multiprocessing.get_context("fork"), **parameters)
