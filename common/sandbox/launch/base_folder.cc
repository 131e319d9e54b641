#include "common/sandbox/launch/base_folder.h"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <optional>

#include "common/core/file.h"
#include "common/sandbox/confine/embedded.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

// Of the host's /etc. Keys, accounts and host names stay outside. Folders called java* come on top: a JDK's settings lie there.
constexpr std::array kCopied{
    "alternatives", "ca-certificates.conf", "debian_version", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
    "maven",        "mime.types",           "os-release",     "perl",  "protocols",   "python3",    "python3.11",   "services",
    "ssl/certs",    "ssl/openssl.cnf",      "timezone"};

struct SmallFile {
  const char* path;
  const char* text;
};
constexpr std::array<SmallFile, 5> kOurs{{
    {"passwd",
     "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\nsandbox:x:1000:1000:sandbox:/tmp/home:/bin/sh\nnobody:x:65534:65534::/nonexistent:/"
     "usr/sbin/nologin\n"},
    {"group", "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n"},
    {"hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n"},
    {"hostname", "sandbox\n"},
    {"nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
}};

// Readable to all, whatever this process's umask says.
void make_open(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  fs::permissions(folder, fs::perms(0755), error);
}

// Links stay links: what they point at lies below /usr, which the sandbox sees. What this process may not read stays out.
void copy_entry(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const auto kind = fs::symlink_status(from, error).type();
  if (kind == fs::file_type::symlink) {
    fs::copy_symlink(from, to, error);
  } else if (kind == fs::file_type::regular) {
    fs::copy_file(from, to, error);
  } else if (kind == fs::file_type::directory) {
    make_open(to);
    for (fs::directory_iterator it(from, error), end; !error && it != end; it.increment(error))
      copy_entry(it->path(), to / it->path().filename());
  }
}

void fill_etc(const fs::path& etc) {
  std::error_code error;
  make_open(etc);
  make_open(etc / "ssl");
  for (const fs::path name : kCopied) copy_entry("/etc" / name, etc / name);
  for (fs::directory_iterator it("/etc", error), end; !error && it != end; it.increment(error))
    if (const auto name = it->path().filename(); name.string().starts_with("java")) copy_entry(it->path(), etc / name);
}

}  // namespace

Result<BaseFolder> BaseFolder::make() {
  ARGOSY_TRY(auto scratch, Scratch::open(fs::temp_directory_path()));
  BaseFolder base(std::move(scratch));
  fill_etc(base.etc());
  for (const auto& file : kOurs) ARGOSY_TRY_VOID(write_file_atomic(base.etc() / file.path, file.text));
  const auto confine = base.run() / fs::path(kConfineInside).lexically_relative("/run");
  make_open(base.run());
  make_open(confine.parent_path());
  ARGOSY_TRY_VOID(write_file_atomic(confine, confine_program(), 0755));
  return base;
}

Result<const BaseFolder*> BaseFolder::shared() {
  static std::mutex mutex;
  static std::optional<BaseFolder> base;
  const std::scoped_lock lock(mutex);
  if (!base) {
    auto made = make();
    if (!made) return fail_transient("sandbox_unavailable", made.error().message, "is the disk of the temporary folder full?");
    base.emplace(std::move(*made));
  }
  return &*base;
}

}  // namespace argosy::sandbox
