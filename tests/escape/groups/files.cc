// Files that the job did not give: by every kind of name, link, race and archive.
#include <filesystem>

#include "tests/escape/groups/groups.h"
#include "tests/escape/harness/world.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMounts = "mount namespace";
constexpr const char* kReadOnly = "mount namespace, landlock";

// As if a mount had slipped: the secret's folder is there, and Landlock knows nothing of it.
void slip(Stage& stage) { stage.job.without.shown = {{"/srv/slipped", stage.world.folder.path()}}; }

// Unpacked by a tool that believes the archive; nothing of it may lie on the host.
Look nothing_unpacked(const char* name) {
  return
      [name](Stage& stage) -> std::string { return fs::exists(stage.world.folder.path() / name) ? "an archive was unpacked outside" : ""; };
}

// What was unpacked is taken away again, for the host's sake.
constexpr const char* kUnpack = R"(
python3 - "$WORLD/unpacked" <<'EOF'
import io, sys, tarfile
with tarfile.open('bad.tar', 'w') as tar:
    for name in (sys.argv[1], '../' * 40 + sys.argv[1][1:]):
        member = tarfile.TarInfo(name); member.size = 4
        tar.addfile(member, io.BytesIO(b'evil'))
EOF
if tar -xPf bad.tar 2>/dev/null; then echo "tried: unpacked"; else echo "tried: refused"; fi
rm -f "$WORLD/unpacked"
)";

constexpr const char* kUnpackLink = R"(
python3 - "$WORLD" <<'EOF'
import io, sys, tarfile
with tarfile.open('bad.tar', 'w') as tar:
    link = tarfile.TarInfo('out'); link.type = tarfile.SYMTYPE; link.linkname = sys.argv[1]
    tar.addfile(link)
    member = tarfile.TarInfo('out/by-link'); member.size = 4
    tar.addfile(member, io.BytesIO(b'evil'))
EOF
tar -xPf bad.tar 2>/dev/null
if [ -e out/by-link ]; then echo "tried: unpacked"; else echo "tried: refused"; fi
rm -f out/by-link
)";

constexpr const char* kLinkRace = R"(
target, own, stop = os.path.dirname(env['SECRET']), os.getcwd() + '/own', False
os.mkdir(own)
open(own + '/key', 'w').write('mine')
def flip():
    i = 0
    while not stop:
        i += 1
        os.symlink(own if i % 2 else target, 'next'); os.rename('next', 'way')
os.symlink(own, 'way')
thread = threading.Thread(target=flip); thread.start()
seen, missed, tries = set(), 0, 0
# Until the race was won or lost at least once: how often the flipper runs within 3,000 openings is the scheduler's choice.
while tries < 3000 or (tries < 1000000 and not missed and not seen - {'mine'}):
    tries += 1
    try: seen.add(open('way/key').read())
    except OSError: missed += 1
stop = True; thread.join()
tried('stolen' if seen - {'mine'} else 'never stolen', 'and missed' if missed else ''))";

constexpr const char* kBindRace = R"(
os.makedirs('a/b'); os.mkdir('c'); stop = False
def flip():
    while not stop:
        os.rename('a', 'd'); os.rename('c', 'a'); os.rename('a', 'c'); os.rename('d', 'a')
thread = threading.Thread(target=flip); thread.start()
said = set()
for _ in range(2000):
    said.add(libc.mount(b'/', b'a', None, 4096, None))
stop = True; thread.join()
tried('mounted' if 0 in said else 'never mounted'))";

const Group kGroup{
    "files",
    {
        Attempt("by its absolute path", kMounts, py("attempt(lambda: open(env['SECRET']).read())"), "ENOENT")
            .with("mount namespace alone", "ENOENT", [](Stage& stage) { stage.job.without.landlock = stage.job.without.seccomp = true; })
            .host("ok secret-.*")
            .gvisor_quick(),
        Attempt("writing to what is shown to be read", kReadOnly, py("attempt(lambda: os.close(os.open(env['CANARY'], os.O_WRONLY)))"),
                "EROFS|EACCES")
            .first([](Stage& stage) { stage.job.read_only = {stage.world.folder.path()}; })
            .with("mount namespace alone", "EROFS", [](Stage& stage) { stage.job.without.landlock = true; })
            .host("ok")
            .gvisor("EROFS|EACCES|EPERM"),
        Attempt("truncating what is shown to be read", kReadOnly, py("attempt(lambda: os.truncate(env['CANARY'], 3))"), "EROFS|EACCES")
            .first([](Stage& stage) { stage.job.read_only = {stage.world.folder.path()}; })
            .with("mount namespace alone", "EROFS", [](Stage& stage) { stage.job.without.landlock = true; })
            .gvisor("EROFS|EACCES|EPERM"),
        Attempt("by a relative path above the root", kMounts, py("attempt(lambda: open('../' * 40 + env['SECRET'][1:]).read())"), "ENOENT")
            .host("ok secret-.*")
            .gvisor(),
        Attempt("by walking up from a folder's descriptor", kMounts, py(R"(
at = os.open('/', os.O_RDONLY)
for _ in range(20): at = os.open('..', os.O_RDONLY, dir_fd=at)
attempt(lambda: os.open(env['SECRET'][1:], os.O_RDONLY, dir_fd=at)))"),
                "ENOENT")
            .host("ok .*")
            .gvisor(),
        Attempt("through a symbolic link", kMounts, py("os.symlink(env['SECRET'], 'link')\nattempt(lambda: open('link').read())"), "ENOENT")
            .host("ok secret-.*")
            .gvisor_quick(),
        Attempt("through a link to a link in /proc", kMounts,
                py("os.symlink('/proc/self/root' + env['SECRET'], 'link')\nattempt(lambda: open('link').read())"), "ENOENT")
            .host("ok secret-.*")
            .gvisor(),
        Attempt("through a hard link", kMounts,
                py("attempt(lambda: os.link(env['SECRET'], env['DROP'] + '/../hard') or os.unlink(env['DROP'] + '/../hard'))"),
                "ENOENT")
            .host("ok|EPERM")  // EPERM: fs.protected_hardlinks
            .gvisor(),
        Attempt("a hard link to the system's files, to keep them", kReadOnly, py("attempt(lambda: os.link('/usr/bin/printenv', 'mine'))"),
                "EXDEV|EACCES|EROFS")
            .without_landlock("EXDEV|EROFS")
            .gvisor("EXDEV|EACCES|EROFS|EPERM"),
        Attempt("a link that flips while it is opened", kMounts, py(kLinkRace), "never stolen and missed").host("stolen.*"),
        Attempt("a bind mount while its target is renamed", "seccomp, capabilities", py(kBindRace), "never mounted")
            .with("capabilities alone", "never mounted", [](Stage& stage) { stage.job.without.seccomp = true; }),
        Attempt("a program of the system, for writing", kReadOnly,
                py("attempt(lambda: os.close(os.open('/usr/bin/printenv', os.O_WRONLY)))"), "EROFS|EACCES")
            .without_landlock("EROFS|EACCES")
            .host_root("ok")
            .gvisor_quick("EROFS|EACCES|EPERM"),
        Attempt("a setting in /etc, for writing", kReadOnly, py("attempt(lambda: os.close(os.open('/etc/ld.so.cache', os.O_WRONLY)))"),
                "EROFS|EACCES")
            .without_landlock("EROFS|EACCES")
            .host_root("ok")
            .gvisor("EROFS|EACCES|EPERM"),
        Attempt("a new file in /usr", kReadOnly, sh("attempt touch /usr/argosy-escape"), "refused .*(Read-only|denied).*")
            .without_landlock("refused .*Read-only.*")
            .gvisor("refused .*"),
        Attempt("a new file in /", kReadOnly, sh("attempt touch /argosy-escape"), "refused .*(Read-only|denied).*")
            .without_landlock("refused .*Read-only.*")
            .gvisor("refused .*"),
        Attempt("removing a program of the system", kReadOnly, sh("attempt rm /usr/bin/printenv"), "refused .*")
            .without_landlock("refused .*Read-only.*")
            .gvisor("refused .*"),
        Attempt("a rename over a program of the system", kReadOnly,
                py("open('x', 'w')\nattempt(lambda: os.rename('x', '/usr/bin/printenv'))"), "EXDEV|EACCES|EROFS")
            .without_landlock("EXDEV|EROFS")
            .gvisor("EXDEV|EACCES|EROFS|EPERM"),
        Attempt("a nameless file linked into the system", kReadOnly, py(R"(
fd = os.open('.', os.O_TMPFILE | os.O_WRONLY)
attempt(lambda: os.link(f'/proc/self/fd/{fd}', '/usr/argosy-escape', follow_symlinks=True)))"),
                "EXDEV|EACCES|EROFS")
            .without_landlock("EXDEV|EROFS"),
        Attempt("the mode of a program of the system", kReadOnly, sh("attempt chmod 777 /usr/bin/printenv"), "refused .*")
            .without_landlock("refused .*(Read-only|not permitted).*")
            .gvisor("refused .*"),
        Attempt("root's home", kMounts, py("attempt(lambda: os.listdir('/root'))"), "ENOENT").host_root("ok .*").gvisor_quick("ENOENT"),
        Attempt("everybody's homes", kMounts, py("attempt(lambda: os.listdir('/home'))"), "ENOENT").host("ok .*").gvisor(),
        Attempt("the host's passwords", kMounts, py("attempt(lambda: open('/etc/shadow').read() and None)"), "ENOENT")
            .host_root("ok")
            .gvisor(),
        Attempt("the host's logs", kMounts, py("attempt(lambda: os.listdir('/var/log'))"), "ENOENT").host("ok .*").gvisor(),
        Attempt("the host's services", kMounts, py("attempt(lambda: os.listdir('/var/lib'))"), "ENOENT").host("ok .*").gvisor(),
        Attempt("the host's devices and settings in /sys", kMounts, py("attempt(lambda: len(os.listdir('/sys/kernel')))"), "ENOENT")
            .host("ok .*"),
        Attempt("the host's temporary folder", kMounts,
                py("attempt(lambda: [n for n in os.listdir('/tmp') if n.startswith('escape-world')])"), R"(ok \[\])")
            .host(R"(ok \['.*)")
            .gvisor(),
        Attempt("a file beside the workspace", kMounts,
                py("attempt(lambda: os.listdir('/workspace/..') .count('workspace') and os.stat(env['WORLD']))"), "ENOENT")
            .host("ENOENT|ok .*")
            .gvisor(),
        Attempt("a host's folder that a mount let slip", "landlock", py("attempt(lambda: open('/srv/slipped/key').read())"), "EACCES")
            .first(slip)
            .without_landlock("ok secret-.*"),
        Attempt("running what a mount let slip", "landlock", sh("attempt /srv/slipped/tool"), "refused .*denied.*")
            .first([](Stage& stage) { stage.job.without.shown = {{"/srv/slipped/tool", stage.world.tools / "call"}}; })
            .without_landlock("refused"),
        Attempt("an archive with absolute and climbing names", kMounts, sh(kUnpack), "unpacked|refused")
            .then(nothing_unpacked("unpacked"))
            .host("unpacked")
            .gvisor(),
        Attempt("an archive that unpacks through its own link", kMounts, sh(kUnpackLink), "refused")
            .then(nothing_unpacked("by-link"))
            .host("unpacked")
            .gvisor(),
    }};

}  // namespace

const Group& files() { return kGroup; }

}  // namespace argosy::escape
