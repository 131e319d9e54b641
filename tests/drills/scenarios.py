"""What provokes each alert. A drill shares its cause with others where one cause makes several alerts, as on a bad night."""
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import threading
import time
import typing
import urllib.error
import urllib.request

from fleet import Fleet, get, opener, until

# A call through the 32-bit gate, which no honest build makes: mov eax, 20; int 0x80; ret.
ESCAPE = ("import ctypes, mmap\n\n\ndef test_it():\n    page = mmap.mmap(-1, 4096, prot=7)\n    page.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))\n"
          "    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()\n")
SLOW = "import time\n\n\ndef test_it():\n    time.sleep(7)\n"
WATCH_S, CANCEL_S, AGAIN_S = 60, 60, 600
FINE = "def test_it():\n    assert True\n"


class Tasks:
    """Submits work to the fleet, from threads that go on until they are told to stop."""

    def __init__(self, fleet: Fleet):
        self.fleet, self.number = fleet, 0
        work, remote = fleet.folder / "tool", fleet.folder / "tool.git"
        git = "git -c user.name=Drill -c user.email=drill@localhost -c init.defaultBranch=main -c commit.gpgsign=false"
        fleet.run(f"mkdir '{work}' && cd '{work}' && {git} init -q && printf 'def one():\\n    return 1\\n' >tool.py && {git} add -A && "
                  f"{git} commit -qm start && {git} clone -q --bare . '{remote}' && argosy repo add drill/tool 'file://{remote}'")
        self.stopping, self.threads = threading.Event(), []

    def post(self, body):
        self.number += 1
        request = urllib.request.Request(f"{self.fleet.env['ARGOSY_URL']}/api/v1/tasks", data=json.dumps(body).encode(), method="POST",
                                         headers={"Content-Type": "application/json", "Idempotency-Key": f"drill-{self.number}-{time.time_ns()}"})
        with contextlib.suppress(urllib.error.HTTPError, OSError, ValueError):
            with opener.open(request, timeout=30) as answer:
                return json.load(answer).get("task_id")

    def change(self, *operations):
        return self.post({"repository_id": "drill/tool", "change": list(operations)})

    def with_test(self, text):
        self.number += 1
        return self.change({"op": "create_file", "path": f"test_{self.number}.py", "content": text})

    def impossible(self):
        return self.change({"op": "delete_file", "path": "is_not_there.py"})

    def prompt(self):
        return self.post({"repository_id": "drill/tool", "prompt": f"Add a function number {self.number}."})

    def watch(self, task):
        with contextlib.suppress(subprocess.TimeoutExpired):
            if task:
                subprocess.run([self.fleet.binaries / "argosy", "watch", task], env=self.fleet.env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=WATCH_S, check=False)

    def read(self):
        with contextlib.suppress(OSError, ValueError):
            get(f"{self.fleet.env['ARGOSY_URL']}/api/v1/tasks", timeout=30)

    def keep_on(self, work, every, threads=1):
        """Does it again and again, so often a second in each of so many threads, until end()."""
        def loop():
            while not self.stopping.wait(every):
                work()
        for _ in range(threads):
            thread = threading.Thread(target=loop, daemon=True)
            thread.start()
            self.threads.append(thread)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        self.stopping, self.threads = threading.Event(), []

    def end(self):
        """Cancels what is open, so that the next drill does not wait behind this one's work."""
        self.stopping.set()
        self.none_is_open()  # what threads still watch ends
        self.stop()
        with contextlib.suppress(TimeoutError):  # a drill that failed has perhaps left no API
            until("no task is open", self.none_is_open, CANCEL_S)

    def open(self):
        tasks = json.loads(self.fleet.output("tasks", "--json", "--limit", "100"))["tasks"]
        return [task["task_id"] for task in tasks if task["status"] not in ("succeeded", "failed", "cancelled")]

    def none_is_open(self):
        with contextlib.suppress(subprocess.SubprocessError, ValueError):
            left = self.open()
            for task in left:
                self.fleet.run(f"argosy cancel {task}", check=False)
            return not left
        return False


def nothing_more(fleet, tasks):
    tasks.end()


@dataclasses.dataclass(frozen=True)
class Scenario:
    alerts: list[str]
    what: str
    provoke: typing.Callable[[Fleet, Tasks], None]
    outside: typing.Callable[[Fleet, Tasks], None] | None = None  # what others mend meanwhile: a vendor, a user
    end: typing.Callable[[Fleet, Tasks], None] = nothing_more
    undo: typing.Callable[[Fleet, Tasks], None] | None = None  # what the runbook did, once all is clear


def postgres_is_away(fleet, tasks):
    tasks.keep_on(tasks.read, 0.2, threads=10)
    fleet.run('pg_ctl -D "$PGDATA" -m immediate stop')


def a_lock_is_held(fleet, tasks):
    psql = ["psql", fleet.env["ARGOSY_POSTGRES_URL"], "-c", "BEGIN; LOCK TABLE task IN SHARE MODE; SELECT pg_sleep(600)"]
    fleet.spawn("lock", psql)
    tasks.keep_on(tasks.impossible, 0.1, threads=12)


def planning_stutters(fleet, tasks, stands, goes):
    """Stands still and goes on, so many seconds each, again and again."""
    def once():
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            pid = fleet.pid_of("/argosy-planning")
            os.kill(pid, signal.SIGSTOP)
            tasks.stopping.wait(stands)
            os.kill(pid, signal.SIGCONT)
    tasks.keep_on(once, goes)


def planning_loses_its_lease(fleet, tasks):
    planning_stutters(fleet, tasks, stands=6, goes=8)


def planning_comes_back_late(fleet, tasks):
    """What waited for more than ten seconds is claimed when it goes on."""
    tasks.keep_on(tasks.impossible, 0.25)
    planning_stutters(fleet, tasks, stands=16, goes=20)


def planning_is_stopped(fleet, tasks):
    fleet.signal("/argosy-planning", signal.SIGSTOP)
    tasks.keep_on(tasks.impossible, 0.15, threads=2)


def one_worker_again(fleet, tasks):
    fleet.run('kill -TERM "$(cat "$ARGOSY_STATE_DIR/planning-more.pid")"', check=False)
    fleet.signal("/argosy-planning", signal.SIGCONT)


def the_cap_goes(fleet, tasks):
    fleet.run("argosy budget set all --period day --remove")


def broker_stands_still(fleet, tasks):
    fleet.signal("argosy broker", signal.SIGSTOP)
    for _ in range(3):
        tasks.impossible()


def fanout_stutters(fleet, tasks):
    """Stands still for two seconds out of three while many watch."""
    def once():
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            pid = fleet.pid_of("/argosy-fanout")
            os.kill(pid, signal.SIGSTOP)
            tasks.stopping.wait(2)
            os.kill(pid, signal.SIGCONT)

    def watched():
        tasks.watch(tasks.with_test(FINE))
    tasks.keep_on(watched, 0.1, threads=6)
    tasks.keep_on(once, 0.7)


def users_ask_for_the_impossible(fleet, tasks):
    tasks.keep_on(tasks.impossible, 0.1, threads=2)


def a_program_tries_to_get_out(fleet, tasks):
    tasks.with_test(ESCAPE)


def a_disk_is_full(fleet, tasks):
    if not fleet.mounts:
        raise RuntimeError("only root can mount a small disk to fill")
    fleet.run(f"mkdir -p '{fleet.small_disk}/dependencies' && fallocate -l 61M '{fleet.small_disk}/dependencies/left-over'")


def tasks_take_long(fleet, tasks):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: tasks.with_test(SLOW), range(8)))
    tasks.keep_on(lambda: tasks.with_test(SLOW), 1)


def rules(fleet, then):
    request = urllib.request.Request(f"{fleet.vendor}/control/rules", data=json.dumps(then).encode(), method="POST")
    opener.open(request, timeout=10).close()


def models_are_dear(fleet, tasks):
    rules(fleet, [{"then": {"text": "I cannot plan this.", "usage": {"input": 50_000, "output": 10_000}}}])
    tasks.keep_on(tasks.prompt, 0.5)


def the_vendor_is_down(fleet, tasks):
    rules(fleet, [{"then": {"fault": "unavailable"}}])
    tasks.keep_on(tasks.prompt, 0.5)


def the_vendor_is_back(fleet, tasks):
    rules(fleet, [{"then": {"text": "I cannot plan this.", "usage": {"input": 5, "output": 1}}}])


def what_failed_is_done(fleet, tasks):
    """The alerts would clear with fewer calls, too: what was redriven has to come to its end, and not to the same one."""
    tasks.stop()
    until("what was redriven has ended", lambda: not tasks.open(), AGAIN_S)
    if again := json.loads(fleet.output("dead", "list", "--category", "A", "--json"))["dead"]:
        raise RuntimeError(f"failed by the platform again: {again[0]}")


def users_stop(fleet, tasks):
    tasks.end()


SCENARIOS = [
    Scenario(["SandboxEscapeAttempt"], "a test makes a call through the 32-bit gate", a_program_tries_to_get_out),
    Scenario(["DiskFills"], "the disk of the testing worker's work folder is filled", a_disk_is_full),
    Scenario(["TasksSlow"], "tests sleep", tasks_take_long, outside=users_stop),
    Scenario(["StreamDelay"], "the fan-out stands still again and again", fanout_stutters),
    Scenario(["PostgresUnreachable", "ApiErrorBudgetBurn"], "Postgres is stopped", postgres_is_away),
    Scenario(["TaskAcceptanceSlow"], "a session holds a lock of the table of tasks", a_lock_is_held),
    Scenario(["KafkaUnreachable", "StepsNotDispatched"], "the broker stands still", broker_stands_still),
    Scenario(["LeasesFenced"], "the planning worker stands still for longer than its lease", planning_loses_its_lease),
    Scenario(["StepStartSlow"], "the planning worker stands still while tasks come in", planning_comes_back_late),
    Scenario(["QueueBacklogGrows"], "no planning worker works while tasks come in", planning_is_stopped, undo=one_worker_again),
    Scenario(["UserErrorSpike", "WorkflowFailures"], "users ask for what cannot be", users_ask_for_the_impossible, outside=users_stop),
    Scenario(["CostBurn"], "prompts come in whose calls are dear", models_are_dear, undo=the_cap_goes),
    Scenario(["ModelProviderDown", "PlatformFailures"], "a model's vendor answers 503", the_vendor_is_down, outside=the_vendor_is_back,
             end=what_failed_is_done),
]
