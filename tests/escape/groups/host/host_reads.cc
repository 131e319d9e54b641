// What a program leaves in its workspace for the host to read: the product's own readers, and beside them a careless one, which shows that
// there was something to fall for.
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "common/core/folders/scratch.h"
#include "tests/escape/groups/groups.h"
#include "tests/escape/harness/world.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReader = "the product's reader";
constexpr const char* kFolder = "surefire-reports";
constexpr std::size_t kMaxBytes = 1 << 20, kMaxFiles = 1'000;

// All that the testing worker would read.
std::string read_by_the_product(const fs::path& workspace) {
  std::string all = testing::read_untrusted(workspace, "junit.xml", kMaxBytes);
  for (const auto& file : testing::find_reports(workspace, kFolder, kMaxFiles))
    all += testing::read_untrusted(workspace, file.lexically_relative(workspace), kMaxBytes);
  return all;
}

std::string nothing_secret_read(Stage& stage) {
  return stage.world.leaked_in(read_by_the_product(stage.job.workspace)) ? "the host has read its own secret" : "";
}

// Beside it the careless reader, which does read the secret.
Look secret_only_to_the_careless(const char* file) {
  return [file](Stage& stage) -> std::string {
    std::ifstream in(stage.job.workspace / file);
    const std::string careless{std::istreambuf_iterator<char>(in), {}};
    if (!stage.world.leaked_in(careless)) return "nobody would have fallen for that";
    return nothing_secret_read(stage);
  };
}

std::string bounded_read(Stage& stage) {
  const auto all = read_by_the_product(stage.job.workspace);
  return all.size() > 2 * kMaxBytes ? "the host has read more than its bound" : nothing_secret_read(stage);
}

// The product's reader is asked again and again while the program flips the file under it.
void read_meanwhile(Stage& stage) {
  const auto workspace = stage.job.workspace;
  const auto* world = &stage.world;
  stage.job.on_output = [workspace, world](std::string_view) {
    for (int i = 0; i < 500; ++i)
      if (world->leaked_in(read_by_the_product(workspace))) write_file_atomic(workspace / "stolen", "").value();
  };
}

std::string never_stolen(Stage& stage) {
  return fs::exists(stage.job.workspace / "stolen") ? "the host has read its own secret" : nothing_secret_read(stage);
}

std::string closed_to_others(Stage& stage) {
  struct stat about{};
  if (::stat((stage.job.workspace / "tool").c_str(), &about) != 0 || (about.st_mode & S_ISUID) == 0) return "there is no set-user-id file";
  if (::stat(stage.folder.c_str(), &about) != 0 || (about.st_mode & 0077) != 0) return "other users of the host can run it";
  return "";
}

std::string removable(Stage& stage) {
  std::error_code error;
  if (!remove_tree(stage.job.workspace) || fs::exists(stage.job.workspace, error)) return "the host cannot remove the workspace";
  return stage.world.damage();
}

constexpr const char* kFlip = R"(
open('plain', 'w').write('plain')
tried('flipping')
end = time.monotonic() + 1.5
while time.monotonic() < end:
    os.symlink(env['SECRET'], 'next'); os.rename('next', 'junit.xml')
    os.link('plain', 'next'); os.rename('next', 'junit.xml')
)";

constexpr const char* kFlipFolder = R"(
os.makedirs('own/surefire-reports'); open('own/surefire-reports/TEST-host.xml', 'w').write('plain')
tried('flipping')
end, i = time.monotonic() + 1.5, 0
while time.monotonic() < end:
    i += 1
    os.symlink(env['WORLD'] if i % 2 else os.getcwd() + '/own', 'next'); os.rename('next', 'way')
)";

constexpr const char* kReports = "mkdir surefire-reports; cd surefire-reports; ";

const Group kGroup{
    "artifacts",
    {
        Attempt("a report that is a link to a file of the host", kReader, sh("attempt ln -s \"$SECRET\" junit.xml"), "ok")
            .then(secret_only_to_the_careless("junit.xml"))
            .gvisor_quick(),
        Attempt("a report below a folder, a link likewise", kReader, sh(kReports + std::string("attempt ln -s \"$SECRET\" TEST-a.xml")),
                "ok")
            .then(secret_only_to_the_careless("surefire-reports/TEST-a.xml"))
            .gvisor(),
        Attempt("a folder of reports that is a link to one of the host", kReader,
                sh("attempt ln -s \"$WORLD/surefire-reports\" surefire-reports"), "ok")
            .then(secret_only_to_the_careless("surefire-reports/TEST-host.xml"))
            .gvisor(),
        Attempt("a link to a link in /proc", kReader, sh("attempt ln -s \"/proc/self/root$SECRET\" junit.xml"), "ok")
            .then(secret_only_to_the_careless("junit.xml"))
            .gvisor(),
        Attempt("a link to the environment of whoever reads", kReader, sh("attempt ln -s /proc/self/environ junit.xml"), "ok")
            .then(nothing_secret_read)
            .gvisor(),
        Attempt("a report that flips while it is read", kReader, py(kFlip), "flipping").first(read_meanwhile).then(never_stolen),
        Attempt("a folder that flips while it is walked", kReader, py(kFlipFolder), "flipping").first(read_meanwhile).then(never_stolen),
        Attempt("a pipe that nobody writes", kReader, sh(kReports + std::string("mkfifo TEST-a.xml; cd ..; attempt mkfifo junit.xml")),
                "ok")
            .then(nothing_secret_read)
            .gvisor(),
        Attempt("a socket", kReader, py("s = socket.socket(socket.AF_UNIX)\nattempt(lambda: s.bind('junit.xml'))"), "ok")
            .then(nothing_secret_read),
        Attempt("a folder where a file should be", kReader, sh("attempt mkdir -p junit.xml/surefire-reports/TEST-a.xml"), "ok")
            .then(nothing_secret_read)
            .gvisor(),
        Attempt("a file of many gigabytes", kReader, py("open('junit.xml', 'w')\nattempt(lambda: os.truncate('junit.xml', 1 << 29))"), "ok")
            .then(bounded_read)
            .gvisor(),
        Attempt("a file that only its owner may read", kReader, sh("echo x > junit.xml; attempt chmod 0 junit.xml"), "ok")
            .then(nothing_secret_read)
            .gvisor(),
        Attempt("a folder that nobody may enter", kReader, sh("mkdir -p a/surefire-reports; attempt chmod 0 a"), "ok")
            .then(nothing_secret_read)
            .gvisor(),
        Attempt("links in a circle", kReader, sh("ln -s . here; ln -s junit.xml junit.xml; attempt ln -s ../here surefire-reports"), "ok")
            .then(nothing_secret_read)
            .gvisor(),
        Attempt("names that are no text", kReader,
                py("os.mkdir('surefire-reports')\nattempt(lambda: open(b'surefire-reports/\\xff\\n..\\x1b[2J.xml', 'w') and None)"), "ok")
            .then(nothing_secret_read)
            .gvisor(),
        Attempt("a set-user-id program for other users of the host", "a closed folder", sh("cp /bin/sh tool; attempt chmod 6755 tool"),
                "ok")
            .then(closed_to_others)
            .gvisor(),
        Attempt("a workspace that cannot be removed", "the product's remover", py(R"(
os.symlink(env['DROP'], 'drop'); os.symlink(os.path.dirname(env['CANARY']), 'world')
for i in range(240): os.mkdir('deep' * 20); os.chdir('deep' * 20)
os.chmod('.', 0)
attempt(lambda: os.chmod('/workspace', 0o500)))"),
                "ok")
            .then(removable),
    }};

}  // namespace

const Group& host_reads() { return kGroup; }

}  // namespace argosy::escape
