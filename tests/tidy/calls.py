"""Calls that are not made here, each with its reason; what is allowed in spite of a rule stands in ALLOWED, with a reason too."""
import re

# (rule, path) -> why it is right there. An entry that no longer allows anything is a finding itself.
ALLOWED = {
    ("sleep", "common/core/failpoint.cc"): "a failpoint that delays is there to delay",
    ("sleep", "common/broker/admin.cc"): "Kafka tells nobody when a new topic has leaders: it is asked again, bounded",
    ("sleep", "common/vcs/file_lock.cc"): "flock has no time-out and no descriptor that tells: it is asked again, bounded",
    ("stdout", "common/config/present.cc"): "--help and --version of every worker answer on stdout",
    ("getenv", "common/core/failpoint.cc"): "failpoints are no configuration and are compiled out of release",
    ("getenv", "common/core/process/run.cc"): "minimal_env() hands PATH, HOME, LANG and TMPDIR on",
    ("getenv", "common/vcs/git.cc"): "ssh's agent and proxies, handed on to git",
    ("lax-number", "common/reports/clean_text.cc"): "it is given the digits that were collected one by one",
    ("raw-now", "common/http/own_answers.cc"): "the Date header of an answer decides nothing",
}

# rule -> (pattern over code, which files, why)
SLEEP = r"\b(sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep)\b|(?<![\w.>:])sleep\s*\("
PATTERNS = {
    "sleep": (SLEEP, lambda f: f.parts[0] != "tests", "product code waits on what it waits for; a sleep is late or early"),
    "test-sleep": (SLEEP, lambda f: f.parts[0] == "tests", "a test waits on a signal, or with tests/support/eventually.h on another process"),
    "timed-assertion": (r"\b(EXPECT|ASSERT)_(LT|LE|GT|GE)\s*\(.*\b(elapsed|duration|took|steady_clock|boot_time)\b", lambda f: f.parts[0] == "tests",
                        "an assertion on time fails on a busy machine and proves nothing on a quick one"),
    "shell": (r"(?<![\w.>])(?:std::|::)?(system|popen)\s*\((?!\))", lambda f: True, "a shell between us and the program is an injection: run() of common/core/subprocess.h"),
    "unbounded-copy": (r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca)\s*\(", lambda f: True, "it knows no bound: std::string and fmt"),
    "lax-number": (r"\b(atoi|atol|atof|strtol|strtoll|strtoul|strtod|stoi|stol|stoll|stoul|stod)\s*\(", lambda f: f.parts[0] != "tests",
                   "it takes half of a text for a number: text::to_int"),
    "stdout": (r"\bstd::cout\b|(?<![\w:])(?:std::)?(printf|puts|putchar)\s*\(|\bfputs\s*\(.*\bstdout\b|\bfmt::print\s*\((?!\s*(stderr|words\.empty))",
               lambda f: f.parts[0] != "tests" and not f.path.startswith("workers/cli/"), "stdout belongs to the command line; the rest logs"),
    "getenv": (r"\b(secure_)?getenv\s*\(", lambda f: f.parts[0] != "tests" and not f.path.startswith(("common/config/", "workers/cli/")),
               "configuration is read once, typed, in common/config"),
    "regex": (r"\bstd::(w?regex|basic_regex)\b|<regex>", lambda f: f.parts[0] != "tests", "std::regex recurses over its input and overflows the stack"),
    "missing-format": (r"<(format|print)>|\bstd::(format|print|println)\b", lambda f: True, "libstdc++ 12 has none: fmt"),
    "detached-thread": (r"\.detach\s*\(\s*\)", lambda f: True, "a thread that nobody joins outlives what it uses"),
    "raw-now": (r"\bsystem_clock::now\b|(?<!\w)time\s*\(\s*(nullptr|NULL|0)\s*\)", lambda f: f.parts[0] == "common", "time is injected: Clock of common/core/clock.h"),
    "kafka-call": (r"\brd_kafka_(incremental_(un)?assign|consume_batch(_queue)?|produceva)\b", lambda f: True,
                   "unsafe in librdkafka 2.0: it loses or re-reads around pause, seek and rebalance"),
}

def pattern_rule(name):
    pattern, applies, why = PATTERNS[name]

    def rule(tree):
        for file in tree.cpp:
            if applies(file) and (name, file.path) not in ALLOWED:
                yield from file.matches(pattern, name, why)

    return rule

def stale_allowance(tree):
    present = {file.path: file for file in tree.cpp}
    for (name, path), _ in ALLOWED.items():
        if path in present and not any(re.search(PATTERNS[name][0], line) for line in present[path].code_lines):
            yield present[path].finding(1, "stale-allowance", f"tests/tidy/calls.py allows \"{name}\" here, and nothing here needs it: take the entry out")

def kafka_assignor(tree):
    for file in tree.product:
        yield from file.matches(r"cooperative-sticky", "kafka-assignor", "librdkafka 2.0 aborts the process when a member closes before its first assignment",
                                of=[line.split("//")[0] for line in file.lines])

def rapidjson_equal(tree):
    """In C++20 `value == 1` of RapidJSON 1.1 calls itself for ever."""
    for file in tree.cpp:
        if "#include <rapidjson/" not in file.text:
            continue
        names = set(re.findall(r"rapidjson::(?:Generic)?(?:Value|Document)\b[\s&*]*(\w+)", file.code)) - {""}
        for name in names:
            yield from file.matches(rf"\b{name}(\[[^\]]*\]|\.\w+\(\))?\s*[!=]=|[!=]=\s*{name}\b", "rapidjson-equal",
                                    "comparing a rapidjson value recurses for ever in C++20: ask for its type and content")

def sql_now(tree):
    for file in tree.files:
        if file.suffix == ".sql":
            yield from file.matches(r"(?i)(?<!\w)now\s*\(\s*\)|\bcurrent_timestamp\b|\btransaction_timestamp\b|\blocaltimestamp\b", "sql-now",
                                    "now() is the transaction's start: a guard that waited for a lock compares with the past; clock_timestamp()",
                                    of=[line.split("--")[0] for line in file.lines])

RULES = {name: pattern_rule(name) for name in PATTERNS}
RULES |= {"stale-allowance": stale_allowance, "kafka-assignor": kafka_assignor, "rapidjson-equal": rapidjson_equal, "sql-now": sql_now}
