# A plugin of pytest: writes a line of JSON for each test that has ended to the file $HTTP_RESULTS. Loaded by http.mjs.
import json
import os

# with xdist, only the main process writes
results = None if "PYTEST_XDIST_WORKER" in os.environ else open(os.environ["HTTP_RESULTS"], "w", buffering=1, encoding="utf-8")


def pytest_runtest_logreport(report):
    # a test passes or fails in its call; in its setup it is skipped, or fails if a server is missing
    if results is None or (report.when != "call" and report.outcome == "passed"):
        return
    case = report.nodeid.removeprefix("http/")
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr or "")
    results.write(json.dumps({"case": case, "outcome": report.outcome, "seconds": report.duration, "reason": reason}) + "\n")
