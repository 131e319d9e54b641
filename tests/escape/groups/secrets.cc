// What the worker knows and has open, and whose rights a program has outside.
#include <sys/stat.h>

#include "tests/escape/groups/groups.h"
#include "tests/escape/harness/world.h"

namespace argosy::escape {
namespace {

// A folder of the host that slipped in, with Landlock off: only the file's own mode is left.
Change slipped(const char* file) {
  return [file](Stage& stage) {
    stage.job.without.landlock = true;
    stage.job.without.shown = {{"/srv/slipped", stage.world.folder.path() / file}};
  };
}

std::string made_by_somebody_else(Stage& stage) {
  struct stat about{};
  if (::stat((stage.job.workspace / "mine").c_str(), &about) != 0) return "it made no file";
  return about.st_uid == 0 || about.st_gid == 0 ? "what it makes belongs to the host's root" : "";
}

constexpr const char* kDescriptors = R"(
said = []
for fd in map(int, os.listdir('/proc/self/fd')):
    if fd < 3: continue
    try: said.append(os.pread(fd, 100, 0).decode())
    except OSError: pass
tried(said if ''.join(said) else 'nothing'))";

const Group kGroup{
    "secrets",
    {
        Attempt("the worker's environment", "empty environment", py("tried('ARGOSY_ESCAPE_SECRET' in env)"), "False")
            .with("given by the job", "True", [](Stage& stage) { stage.job.env["ARGOSY_ESCAPE_SECRET"] = "x"; })
            .gvisor_quick(),
        Attempt("every variable that it was not given", "empty environment",
                py("tried(sorted(n for n in env if any(w in n for w in ('KEY', 'TOKEN', 'PASS', 'SSH', 'ARGOSY', 'PG'))))"), R"(\[\])")
            .with("given by the job", R"(\['A_TOKEN'\])", [](Stage& stage) { stage.job.env["A_TOKEN"] = "x"; })
            .gvisor(),
        Attempt("a descriptor that the worker forgot to close", "close_range in process 1", py(kDescriptors), "nothing").gvisor_quick(),
        Attempt("the words of the host's processes", "pid namespace", py(R"(
said = 'nothing'
for pid in filter(str.isdigit, os.listdir('/proc')):
    try: said = 'found' if b'86400' in open(f'/proc/{pid}/cmdline', 'rb').read().split(b'\0') else said
    except OSError: pass
tried(said))"),
                "nothing")
            .host("found")
            .gvisor(),
        Attempt("who has accounts here", "a small /etc", py("tried('daemon' in open('/etc/passwd').read())"), "False")
            .host("True")
            .gvisor(),
        Attempt("what this machine is called", "uts namespace",
                py("tried('sandbox' if socket.gethostname() == 'sandbox' else 'the real name')"), "sandbox")
            .host("the real name")
            .gvisor(),
        Attempt("this machine's identity", "a small /etc", py("attempt(lambda: open('/etc/machine-id').read())"), "ENOENT").gvisor(),
        Attempt("keys in the home folder", "an empty home", py("attempt(lambda: os.listdir(env['HOME']))"), R"(ok \[\])").gvisor(),
        Attempt("the host's SSH keys", "mount namespace", py("attempt(lambda: os.listdir('/etc/ssh'))"), "ENOENT").gvisor(),
        Attempt("private keys beside the CA bundle", "a small /etc", py("attempt(lambda: os.listdir('/etc/ssl/private'))"), "ENOENT")
            .gvisor(),
        Attempt("files as the host's root", "identity", py("open('mine', 'w')\nattempt(lambda: None)"), "ok")
            .then(made_by_somebody_else)
            .root()
            .gvisor(),
        Attempt("a file that only root may read", "identity", py("attempt(lambda: open('/srv/slipped').read())"), "EACCES")
            .first(slipped("root-key"))
            .with("a file open to all", "ok secret-.*", slipped("key"))
            .root(),
        Attempt("a core dump of a program that crashes", "RLIMIT_CORE", sh("sh -c 'kill -SEGV $$' 2>/dev/null\nattempt ls core*"),
                "refused .*No such file.*")
            .gvisor("refused .*"),
    }};

}  // namespace

const Group& secrets() { return kGroup; }

}  // namespace argosy::escape
