"""Includes run downhill: a room sees its own folder and lower floors. Third-party headers stay behind their fence."""
import re
from collections import defaultdict

FLOORS = [
    ["core"],
    ["tasks", "config", "telemetry", "http"],
    ["broker", "store", "artifacts", "vcs", "sandbox", "egress", "project", "code", "reports", "llm"],
    ["agent", "runtime"],
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
WORKERS = {"ingest", "planning", "codegen", "testing", "git", "notifications", "fanout", "scheduler", "cli"}

# header prefix -> folders that may include it. Tests look at the real thing from outside where a fence would hide it.
FENCES = {
    "rapidjson/": ["common/core/"],
    "libpq-fe.h": ["common/store/", "tests/support/"],
    "pqxx/": ["common/store/", "tests/support/", "tests/integration/"],
    "librdkafka/": ["common/broker/", "tests/support/", "tests/integration/"],
    "boost/": ["common/http/"],
    "curl/": ["common/http/"],
    "tree_sitter/": ["common/code/"],
    "xxhash.h": ["common/code/"],
    "prometheus/": ["common/telemetry/"],
    "openssl/": ["common/core/"],
    "expat.h": ["common/reports/"],
    "seccomp.h": ["common/sandbox/"],
    "yaml-cpp/": ["common/config/"],
    "kainjow/": ["common/llm/prompts/"],
    "re2/": ["common/agent/", "common/code/"],
}
# Each of these costs 8 to 20 seconds to compile.
BEAST_FILES = {"common/http/session.cc", "common/http/websocket.cc", "common/http/websocket_client.cc"}

OURS = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
THEIRS = re.compile(r"^\s*#\s*include\s*<([^>]+)>")

def room_of(path):
    """('common', 'core') for what lies in a room or a worker, else None."""
    parts = path.split("/")
    return (parts[0], parts[1]) if len(parts) > 2 and parts[0] in ("common", "workers") else None

def edges(tree):
    for file in tree.cpp:
        for number, line in enumerate(file.lines, 1):
            if match := OURS.match(line):
                yield file, number, match.group(1)

def downhill(tree):
    for file, number, target in edges(tree):
        why = uphill(file, target)
        if why:
            yield file.finding(number, "downhill", f'"{target}" {why}')

def uphill(file, target):
    to = room_of(target)
    if to is None:
        if target.startswith("tests/") and file.parts[0] == "tests":
            return None
        return "is not named from the repository's root (common/..., workers/...)" if "tests/" not in target else "is a test's: the product knows none"
    if to[0] == "common" and to[1] not in FLOOR_OF or to[0] == "workers" and to[1] not in WORKERS:
        return "lies in a room without a floor: give it one in tests/tidy/includes.py"
    if file.parts[0] == "tests":
        return None  # tests may look into every room
    here = room_of(file.path)
    if here is None or here == to:
        return None
    if to[0] == "workers":
        return "is a worker's: workers are blind to each other, and no room sees them; what two need lives in common/"
    if here[0] == "workers":
        return None
    if here[1] not in FLOOR_OF:
        return "is included from a room without a floor: give it one in tests/tidy/includes.py"
    if FLOOR_OF[to[1]] >= FLOOR_OF[here[1]]:
        return f"lies on floor {FLOOR_OF[to[1]]}, this file on floor {FLOOR_OF[here[1]]}: a room sees lower floors only; take an interface that main hands in"
    return None

def fence(tree):
    for file in tree.cpp:
        for number, line in enumerate(file.lines, 1):
            match = THEIRS.match(line)
            for prefix, folders in FENCES.items():
                if match and match.group(1).startswith(prefix) and not file.path.startswith(tuple(folders)):
                    yield file.finding(number, "fence", f"<{match.group(1)}> may be included in {', '.join(folders)} only: our own types hide it from the rest")

def beast(tree):
    for file in tree.cpp:
        for number, line in enumerate(file.lines, 1):
            match = THEIRS.match(line)
            if match and match.group(1).startswith("boost/beast") and file.path not in BEAST_FILES:
                yield file.finding(number, "beast", f"Beast is compiled in {', '.join(sorted(BEAST_FILES))} only: each file that sees it costs up to 20 seconds")

def overview(tree):
    seen = defaultdict(set)
    for file, _, target in edges(tree):
        here, to = room_of(file.path), room_of(target)
        if here and to and here != to:
            seen["/".join(here)].add("/".join(to))
    width = max((len(name) for name in seen), default=0)
    return "\n".join(["Includes between folders:"] + [f"  {name:<{width}} -> {', '.join(sorted(seen[name]))}" for name in sorted(seen)])

RULES = {"downhill": downhill, "fence": fence, "beast": beast}
