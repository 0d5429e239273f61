"""The rows of the bench, by Dask. Usage: dask_rows.py KIND SCALE_JSON; prints one JSON object with figures by row.

KIND is "local" (scheduler and worker in this process), "tcp" (each its own process) or "cold" (one start).
"""

import ctypes
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PR_SET_PDEATHSIG = 1


def inc(x):
    return x + 1


def double(x):
    return 2 * x


def add(x, y):
    return x + y


def noop(i):
    return i


def fib_pure(n):
    from distributed import worker_client

    if n < 2:
        return n
    with worker_client(separate_thread=True) as client:
        a = client.submit(fib_pure, n - 1)
        b = client.submit(fib_pure, n - 2)
        x, y = client.gather([a, b])
    return x + y


def fib_impure(n):
    from distributed import worker_client

    if n < 2:
        return n
    with worker_client(separate_thread=True) as client:
        a = client.submit(fib_impure, n - 1, pure=False)
        b = client.submit(fib_impure, n - 2, pure=False)
        x, y = client.gather([a, b])
    return x + y


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def calls_of_fib(n):
    return 2 * fib(n + 1) - 1


def noop_tasks(client, scale):
    count = scale["tasks"]
    client.gather(client.map(noop, range(scale["warmUps"]), pure=False))
    took = seconds(lambda: client.gather(client.map(noop, range(count), pure=False)))
    return {"value": count / took}


def round_trips(client, scale):
    for i in range(20):
        client.submit(inc, -1 - i).result()
    samples = [seconds(lambda: client.submit(inc, i).result()) for i in range(scale["roundTrips"])]
    return {"value": statistics.median(samples) * 1e6}


def seed_001(client, scale):
    leaves = scale["treeLeaves"]

    def tree(offset):
        level = []
        for i in range(offset, offset + leaves):
            x = client.submit(inc, i)
            y = client.submit(double, x)
            level.append(client.submit(add, x, y))
        while len(level) > 1:
            level = [client.submit(add, level[i], level[i + 1]) for i in range(0, len(level), 2)]
        assert level[0].result() == sum(3 * (i + 1) for i in range(offset, offset + leaves))

    tree(1_000_000)
    repeats = min(3, scale["repeats"])
    return {"value": statistics.median(seconds(lambda: tree((r + 2) * 1_000_000)) for r in range(repeats)) * 1000}


def fib_deep(client, scale):
    n = scale["fibDeep"]
    start = time.perf_counter()
    value = client.submit(fib_pure, n).result(timeout=90)
    assert value == fib(n)
    return {"value": (time.perf_counter() - start) * 1000}


def fib_wide(client, scale):
    n = scale["fibWideDask"]
    start = time.perf_counter()
    assert client.submit(fib_impure, n, pure=False).result(timeout=90) == fib(n)
    took = time.perf_counter() - start
    return {"value": calls_of_fib(n) / took, "note": f"fib({n}): Dask gives every waiting task a thread"}


def bulk_bytes(client, scale):
    # Without a hash as key: pickling for it makes scatter ten times slower than it need be.
    size = scale["bulkBytes"]
    scatters, gathers = [], []
    for repeat in range(scale["repeats"] + 1):
        value = bytes([repeat]) * size
        start = time.perf_counter()
        future = client.scatter(value, direct=True, hash=False)
        middle = time.perf_counter()
        assert len(client.gather(future, direct=True)) == size
        scatters.append(middle - start)
        gathers.append(time.perf_counter() - middle)
    # The first is for warming up.
    there, back = statistics.median(scatters[1:]), statistics.median(gathers[1:])
    note = f"scatter {size / there / 1e6:.0f}, gather {size / back / 1e6:.0f}"
    return {"value": 2 * size / (there + back) / 1e6, "note": note}


def attempt(work, *args):
    """One row may fail (Dask runs out of threads in deep nesting); the others still count."""
    try:
        return work(*args)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else ""
        return {"missing": f"{type(error).__name__}: {reason}"[:200]}


def measure_rows(rows, client, scale, wanted):
    return {name: attempt(work, client, scale) for name, work in rows.items() if not wanted or name in wanted}


def run_local(scale, wanted):
    from distributed import Client

    client = Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None)
    rows = {
        "noop_10k": noop_tasks,
        "submit_result": round_trips,
        "seed_001": seed_001,
        "fib_20_impure": fib_wide,
        "fib_1000": fib_deep,
    }
    return measure_rows(rows, client, scale, wanted)


def run_cold(scale, wanted):
    from distributed import Client

    def cold():
        client = Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None)
        client.submit(inc, 1).result()
        client.close()

    took = seconds(cold) * 1000
    return {"cold_inline": {"value": took}, "cold_threads": {"value": took}}


def die_with_parent():
    """On Linux the kernel ends the children of a killed bench; elsewhere `finally` and the process group do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(module, *args):
    return subprocess.Popen(
        [sys.executable, "-m", module, *args],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )


def run_tcp(scale, wanted):
    from distributed import Client

    children = []
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "scheduler.json")
        try:
            children.append(
                start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                      "--scheduler-file", file)
            )
            for _ in range(2):
                children.append(
                    start("distributed.cli.dask_worker", "--scheduler-file", file, "--nthreads", "1", "--no-nanny",
                          "--no-dashboard", "--host", "127.0.0.1", "--local-directory", folder)
                )
            client = Client(scheduler_file=file, timeout=30)
            client.wait_for_workers(2, timeout=30)
            rows = {"noop_10k_tcp": noop_tasks, "submit_result_tcp": round_trips, "bytes_64mb": bulk_bytes}
            return measure_rows(rows, client, scale, wanted)
        finally:
            for child in children:
                child.kill()
            for child in children:
                child.wait()


def main():
    kind, scale, wanted = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    figures = {"local": run_local, "tcp": run_tcp, "cold": run_cold}[kind](scale, wanted)
    print(json.dumps({"figures": figures}), flush=True)
    # Threads of nested tasks may still wait: nothing may hold up the end.
    os._exit(0)


if __name__ == "__main__":
    main()
