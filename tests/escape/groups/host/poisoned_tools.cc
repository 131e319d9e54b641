// Settings that one run leaves for the tools of the next, and scripts that package managers and build tools run by themselves.
#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

// A run before this one, with folders of the same names and the same workspace's parent.
Change poisoned_before(std::string script) {
  return [script = std::move(script)](Stage& stage) {
    sandbox::Job job;
    job.workspace = stage.folder / "before";
    std::filesystem::create_directory(job.workspace);
    job.argv = {"/bin/sh", "-c", script};
    job.limits.wall = std::chrono::seconds(30);
    (void)sandbox::Sandbox(stage.kind).run(job);
    std::filesystem::remove_all(job.workspace);
  };
}

// `poison` is run before; `look` prints what it finds of it. In the same run it does find it.
Attempt next_run(const std::string& name, const std::string& poison, const std::string& look) {
  return Attempt(name, "a fresh home, /tmp and workspace",
                 sh("[ -z \"$POISON\" ] || { " + poison + "; }\necho \"tried: found $(" + look + " 2>/dev/null)\""), "found")
      .first(poisoned_before(poison))
      .with("in the same run", "found .+", [](Stage& stage) { stage.job.env["POISON"] = "1"; })
      .gvisor();
}

// A tool runs `what` by itself: it must not get further than the sandbox. $STEAL is the shell command that it runs.
Attempt by_itself(const std::string& name, const std::string& make, const std::string& tool) {
  const std::string steal = "export STEAL='cat \"$SECRET\" > \"$HERE/stolen\" 2>&1 || true; echo ran > \"$HERE/ran\"'; export HERE=$PWD\n";
  return Attempt(name, "all of them",
                 sh(steal + make + "\n" + tool + " >log 2>&1\n[ -e ran ] || { tail -3 log; exit 1; }\necho \"tried: $(cat stolen)\""),
                 ".*No such file or directory")
      .host("secret-.*");
}

constexpr const char* kPackage = R"(cat > package.json <<'EOF'
{"name": "a", "version": "1.0.0", "scripts": {"postinstall": "sh -c \"$STEAL\"", "pretest": "sh -c \"$STEAL\"", "test": "true"}}
EOF
)";

constexpr const char* kSetup = R"(cat > setup.py <<'EOF'
import os, subprocess
subprocess.run(['sh', '-c', os.environ['STEAL']])
from setuptools import setup
setup(name='a', version='1')
EOF
)";

constexpr const char* kGenerate = R"(cat > a.go <<'EOF'
package a
//go:generate sh -c "$STEAL"
EOF
printf 'module a\n\ngo 1.19\n' > go.mod
)";

const Group kGroup{
    "poisoned tools",
    {
        next_run("~/.gitconfig", "git config --global core.fsmonitor /tmp/evil", "git config --get core.fsmonitor"),
        next_run("~/.npmrc", "echo 'init-module=/tmp/evil' > ~/.npmrc", "grep -h init-module ~/.npmrc"),
        next_run("pip.conf", "mkdir -p ~/.config/pip && echo '[global]' > ~/.config/pip/pip.conf", "cat ~/.config/pip/pip.conf"),
        next_run("Maven's settings", "mkdir -p ~/.m2 && echo '<settings/>' > ~/.m2/settings.xml", "cat ~/.m2/settings.xml"),
        next_run("Go's settings", "mkdir -p ~/.config/go && echo GOFLAGS=-x > ~/.config/go/env", "cat ~/.config/go/env"),
        next_run("a Python module in the user's site",
                 "d=$(python3 -m site --user-site) && mkdir -p $d && echo 'print(1)' > $d/usercustomize.py",
                 "ls $(python3 -m site --user-site)"),
        next_run("the shell's start-up files", "echo 'echo evil' > ~/.bashrc; cp ~/.bashrc ~/.profile", "cat ~/.bashrc ~/.profile"),
        next_run("a program in /tmp", "echo evil > /tmp/evil", "cat /tmp/evil"),
        next_run("a program in /var/tmp", "echo evil > /var/tmp/evil", "cat /var/tmp/evil"),
        next_run("a library in shared memory", "echo evil > /dev/shm/evil", "cat /dev/shm/evil"),
        next_run("conftest.py above the workspace", "echo evil > /workspace/conftest.py; echo evil > /tmp/conftest.py",
                 "cat /workspace/conftest.py /tmp/conftest.py"),
        by_itself("npm: postinstall", kPackage, "npm install --offline --no-audit --no-fund --foreground-scripts"),
        by_itself("npm: pretest", kPackage, "npm test"),
        by_itself("pip: setup.py", kSetup, "python3 setup.py --version"),
        by_itself("pytest: conftest.py",
                  "echo 'import os; os.system(os.environ[\"STEAL\"])' > conftest.py; echo 'def test_a(): pass' > test_a.py",
                  "/usr/bin/python3 -m pytest -q -p no:cacheprovider"),
        by_itself("make", "printf 'all:\\n\\tsh -c \"$$STEAL\"\\n' > Makefile", "make"),
        by_itself("go generate", kGenerate, "GOFLAGS=-mod=mod GOPROXY=off /usr/bin/go generate ./..."),
        by_itself("git: an alias", "git init -q . && git config alias.evil '!sh -c \"$STEAL\"'", "git evil"),
    }};

}  // namespace

const Group& poisoned_tools() { return kGroup; }

}  // namespace argosy::escape
