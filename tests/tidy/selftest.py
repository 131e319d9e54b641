#!/usr/bin/env python3
"""Plants one violation of each rule in a small clean tree and expects exactly that finding: a check that cannot fail is a defect."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import tidy  # noqa: E402

CLEAN = {
    "common/core/text.h": "// What it is and who uses it. Pure, any thread.\n#pragma once\n\nint lines();\n",
    "common/core/text.cc": '#include "common/core/text.h"\n\n// A comment that ends; like prose does, (sometimes).\nint lines() { return 1; }\n',
    "common/tasks/step.h": '// Steps. Pure, any thread.\n#pragma once\n\n#include "common/core/text.h"\n',
    "common/store/moves.cc": '#include <pqxx/pqxx>\n\n#include "common/tasks/step.h"\n',
    "workers/git/main.cc": '#include "common/store/moves.h"\n\nint main() {}\n',
    "tests/unit/core/text_test.cc": '#include "common/core/text.h"\n#include "workers/git/push.h"\n\nconst char* kShell = "sleep 1000; system(x); printf";\n',
    "schemas/migrations/0001_a.up.sql": "-- now() is said in a comment only\nSELECT clock_timestamp();\n",
    "infra/deps": "#!/bin/bash\nset -e\necho fine\n",
    "README.md": "# A house\n",
}

LONG_FUNCTION = "namespace a {\nint f(int x) {\n" + "  x += 1;\n" * 75 + "  return x;\n}\n}\n"
UNITS = {f"common/tasks/u{i}.cc": "int x;\n" for i in range(20)}

# rule -> (files that are added or replaced, path and line of the expected finding)
PLANTED = {
    "downhill": [
        ({"common/core/up.cc": '\n#include "common/tasks/step.h"\n'}, "common/core/up.cc", 2),
        ({"common/tasks/side.cc": '#include "common/config/settings.h"\n'}, "common/tasks/side.cc", 1),
        ({"common/store/side.cc": '#include "common/broker/producer.h"\n'}, "common/store/side.cc", 1),
        ({"workers/git/peek.cc": '#include "workers/testing/run.h"\n'}, "workers/git/peek.cc", 1),
        ({"common/runtime/peek.cc": '#include "workers/git/push.h"\n'}, "common/runtime/peek.cc", 1),
        ({"common/tasks/near.cc": '#include "step.h"\n'}, "common/tasks/near.cc", 1),
        ({"common/tasks/test.cc": '#include "tests/support/eventually.h"\n'}, "common/tasks/test.cc", 1),
        ({"common/tasks/new.cc": '#include "common/cellar/x.h"\n'}, "common/tasks/new.cc", 1),
    ],
    "fence": [
        ({"common/tasks/json.cc": "#include <rapidjson/document.h>\n"}, "common/tasks/json.cc", 1),
        ({"workers/git/sql.cc": "#include <pqxx/pqxx>\n"}, "workers/git/sql.cc", 1),
        ({"workers/git/pq.cc": "#include <libpq-fe.h>\n"}, "workers/git/pq.cc", 1),
        ({"tests/unit/core/kafka_test.cc": "#include <librdkafka/rdkafka.h>\n"}, "tests/unit/core/kafka_test.cc", 1),
    ],
    "beast": [({"common/http/fourth.cc": "#include <boost/beast/core.hpp>\n"}, "common/http/fourth.cc", 1)],
    "file-size": [
        ({"common/core/big.cc": "int x;\n" * 301}, "common/core/big.cc", 301),
        ({"common/core/big.h": "// A.\n#pragma once\n" + "\n" * 199}, "common/core/big.h", 201),
        ({"workers/git/main.cc": "int x;\n" * 41}, "workers/git/main.cc", 41),
        ({"tests/big.py": "x = 1\n" * 301}, "tests/big.py", 301),
        ({"infra/big": "#!/usr/bin/env python3\n" + "x = 1\n" * 300}, "infra/big", 301),
        ({"infra/deps": "#!/bin/bash\n" + "true\n" * 300}, "infra/deps", 301),
    ],
    "median-size": [({f"common/tasks/m{i}.cc": "int x;\n" * 160 for i in range(6)}, "common/tasks/m1.cc", 1)],
    "folder-size": [(UNITS, "common/tasks/step.h", 1)],
    "function-size": [
        ({"common/core/long.cc": LONG_FUNCTION}, "common/core/long.cc", 2),
        ({"common/core/long.cc": LONG_FUNCTION.replace("int f(int x) {", "struct S {\n  int f(int x) const {").replace("}\n}\n", "}\n};\n}\n")}, "common/core/long.cc", 3),
        ({"tests/unit/core/long_test.cc": LONG_FUNCTION.replace("int f(int x)", "TEST(A, B)")}, "tests/unit/core/long_test.cc", 2),
    ],
    "header-intro": [
        ({"common/core/bare.h": "#pragma once\n"}, "common/core/bare.h", 1),
        ({"common/core/twice.h": "// A.\nint x;\n"}, "common/core/twice.h", 1),
    ],
    "sleep": [({"common/core/nap.cc": "void f() {\n  std::this_thread::sleep_for(s);\n}\n"}, "common/core/nap.cc", 2)],
    "test-sleep": [
        ({"tests/unit/core/nap_test.cc": "void f() { usleep(1); }\n"}, "tests/unit/core/nap_test.cc", 1),
        ({"tests/unit/core/nap_test.cc": "void f() { sleep(1); }\n"}, "tests/unit/core/nap_test.cc", 1),
    ],
    "timed-assertion": [({"tests/unit/core/fast_test.cc": "void f() {\n  EXPECT_LT(done.duration, limit);\n}\n"}, "tests/unit/core/fast_test.cc", 2)],
    "shell": [
        ({"common/core/sh.cc": "int f() { return std::system(c); }\n"}, "common/core/sh.cc", 1),
        ({"common/core/sh.cc": "auto* f() { return popen(c, m); }\n"}, "common/core/sh.cc", 1),
    ],
    "unbounded-copy": [({"common/core/c.cc": "void f() { sprintf(b, x); }\n"}, "common/core/c.cc", 1)],
    "lax-number": [({"common/core/n.cc": "int f() { return std::stoi(t); }\n"}, "common/core/n.cc", 1)],
    "stdout": [
        ({"common/core/out.cc": "void f() { std::cout << 1; }\n"}, "common/core/out.cc", 1),
        ({"workers/git/out.cc": 'void f() { fmt::print("x"); }\n'}, "workers/git/out.cc", 1),
        ({"workers/git/out.cc": 'void f() { printf("x"); }\n'}, "workers/git/out.cc", 1),
    ],
    "getenv": [({"common/http/env.cc": 'auto f() { return std::getenv("X"); }\n'}, "common/http/env.cc", 1)],
    "regex": [({"common/core/re.cc": "std::regex r;\n"}, "common/core/re.cc", 1)],
    "missing-format": [({"common/core/f.cc": "#include <format>\n"}, "common/core/f.cc", 1)],
    "detached-thread": [({"common/core/d.cc": "void f() { std::thread(g).detach(); }\n"}, "common/core/d.cc", 1)],
    "raw-now": [({"common/store/t.cc": "auto t = std::chrono::system_clock::now();\n"}, "common/store/t.cc", 1)],
    "kafka-call": [({"common/broker/k.cc": "void f() { rd_kafka_incremental_assign(r, p); }\n"}, "common/broker/k.cc", 1)],
    "kafka-assignor": [({"common/broker/k.cc": 'const char* a = "cooperative-sticky";\n'}, "common/broker/k.cc", 1)],
    "stale-allowance": [({"common/core/failpoint.cc": "void f() { std::this_thread::sleep_for(s); }\n"}, "common/core/failpoint.cc", 1)],
    "rapidjson-equal": [({"common/core/j.cc": "#include <rapidjson/document.h>\nbool f(const rapidjson::Value& v) { return v == 1; }\n"}, "common/core/j.cc", 2)],
    "sql-now": [
        ({"schemas/migrations/0002_b.up.sql": "SELECT 1;\nSELECT NOW();\n"}, "schemas/migrations/0002_b.up.sql", 2),
        ({"common/store/sql/x.sql": "SELECT current_timestamp;\n"}, "common/store/sql/x.sql", 1),
    ],
    "later": [
        ({"common/core/l.cc": "int x;  // TODO: y\n"}, "common/core/l.cc", 1),
        ({"README.md": "# A house\n\nFIXME\n"}, "README.md", 3),
    ],
    "registry": [({"infra/deps": "#!/bin/bash\ncurl https://registry.npmjs.org/x\n"}, "infra/deps", 2)],
    "machine-path": [({"README.md": "see /work/shared/x\n"}, "README.md", 1)],
    "dead-code": [
        ({"common/core/dead.cc": "int x;\n// x = 3;\n"}, "common/core/dead.cc", 2),
        ({"common/core/dead.cc": "//  if (x) {\n"}, "common/core/dead.cc", 1),
        ({"common/core/dead.cc": "#if 0\n#endif\n"}, "common/core/dead.cc", 1),
        ({"common/core/dead.cc": '// #include "common/core/text.h"\n'}, "common/core/dead.cc", 1),
    ],
    "shell-syntax": [
        ({"infra/broken.sh": "if true; then\n"}, "infra/broken.sh", 2),
        ({"infra/deps": "#!/bin/bash\nif true; then\n"}, "infra/deps", 3),
    ],
    "python-syntax": [({"tests/broken": "#!/usr/bin/env python3\ndef f(:\n"}, "tests/broken", 2)],
}


class Planted(unittest.TestCase):
    def findings(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                target = pathlib.Path(folder, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            return tidy.check(folder)

    def test_the_clean_tree_has_no_finding(self):
        self.assertEqual([], [str(f) for f in self.findings(CLEAN)])

    def test_every_rule_has_a_planted_violation(self):
        self.assertEqual(set(tidy.RULES), set(PLANTED))

    def test_each_planted_violation_is_found_where_it_stands(self):
        for rule, plants in PLANTED.items():
            for number, (files, path, line) in enumerate(plants):
                with self.subTest(rule=rule, plant=number):
                    found = self.findings(CLEAN | files)
                    self.assertEqual([(rule, path, line)], [(f.rule, f.path, f.line) for f in found], [str(f) for f in found])
                    self.assertTrue(found[0].why)

    def test_literals_and_comments_are_not_code(self):
        quiet = 'const char* a = R"x(std::system(c))x";\n/* usleep(1); */ char b = \'"\';\nint sleep_count();  // popen(x)\n'
        self.assertEqual([], [str(f) for f in self.findings(CLEAN | {"common/core/quiet.cc": quiet})])


if __name__ == "__main__":
    unittest.main()
