// Which files a Python import means. The path that Python searches is not known, so a module is looked for where it usually is: from the
// importer's folders upwards, in src/ and lib/ below each, and then anywhere outside of packages.
#include <algorithm>
#include <array>

#include "common/code/imports/resolver.h"
#include "common/core/text.h"

namespace argosy::code::imports {
namespace {

// A module of the standard library is not looked for in folders that have nothing to do with the importer.
constexpr auto kStandard = std::to_array<std::string_view>(
    {"__future__", "abc",         "argparse",   "array",     "ast",       "asyncio",     "base64",  "bisect",     "builtins",  "bz2",
     "calendar",   "cmath",       "cmd",        "code",      "codecs",    "collections", "config",  "contextlib", "copy",      "csv",
     "ctypes",     "dataclasses", "datetime",   "decimal",   "difflib",   "email",       "enum",    "errno",      "fnmatch",   "functools",
     "gc",         "getpass",     "glob",       "gzip",      "hashlib",   "heapq",       "hmac",    "html",       "http",      "importlib",
     "inspect",    "io",          "ipaddress",  "itertools", "json",      "locale",      "logging", "math",       "mimetypes", "numbers",
     "operator",   "os",          "pathlib",    "pickle",    "platform",  "pprint",      "queue",   "random",     "re",        "sched",
     "secrets",    "select",      "shutil",     "signal",    "site",      "socket",      "sqlite3", "ssl",        "stat",      "statistics",
     "string",     "struct",      "subprocess", "sys",       "sysconfig", "tempfile",    "test",    "textwrap",   "threading", "time",
     "token",      "tokenize",    "traceback",  "types",     "typing",    "unittest",    "urllib",  "uuid",       "warnings",  "weakref",
     "xml",        "zipfile",     "zlib"});

class Python final : public Resolver {
 public:
  explicit Python(const Repository& repository) : paths_(repository.paths) {
    // The names of all that could be imported from a folder that is no package.
    for (const IndexedFile& file : repository.files) {
      if (file.tags->language != Language::python) continue;
      std::string module = name_of(file.path).starts_with("__init__.") ? folder_of(file.path) : file.path.substr(0, file.path.rfind('.'));
      if (!is_package(folder_of(module))) tops_[std::string(name_of(module))].push_back(folder_of(module));
    }
    for (auto& [name, roots] : tops_) {
      std::ranges::sort(roots);
      roots.erase(std::ranges::unique(roots).begin(), roots.end());
    }
  }

  Meant resolve(const IndexedFile& importer, const ImportLine& line) const override {
    const auto dots = std::min(line.module.find_first_not_of('.'), line.module.size());
    std::string path = line.module.substr(dots);
    std::ranges::replace(path, '.', '/');
    if (dots > 0) {
      std::string folder = folder_of(importer.path);
      for (std::size_t i = 1; i < dots; ++i) {
        if (folder.empty()) return {};
        folder = folder_of(folder);
      }
      return {with_names(joined(folder, path), line), {}};
    }
    if (path.empty()) return {};
    const std::string top = path.substr(0, path.find('/'));
    bool own = false;
    for (const std::string& root : roots(importer.path, top)) {
      own = true;
      if (auto files = with_names(joined(root, path), line); !files.empty()) return {std::move(files), {}};
    }
    return own ? Meant{} : Meant{{}, top};
  }

 private:
  bool is_package(std::string_view folder) const {
    return !folder.empty() && (paths_.has(joined(folder, "__init__.py")) || paths_.has(joined(folder, "__init__.pyi")));
  }

  std::string module_at(const std::string& path) const {
    for (const char* form : {"/__init__.py", ".py", "/__init__.pyi", ".pyi"})
      if (std::string file = path.empty() ? std::string(form + 1) : path + form; paths_.has(file)) return file;
    return {};
  }

  // The module, and those below it that are taken out of it by name.
  std::vector<std::string> with_names(const std::string& path, const ImportLine& line) const {
    std::vector<std::string> files;
    if (std::string file = module_at(path); !file.empty()) files.push_back(std::move(file));
    if (!paths_.has_folder(path)) return files;
    for (const std::string& name : line.names)
      if (std::string file = name == "*" ? "" : module_at(joined(path, name)); !file.empty()) files.push_back(std::move(file));
    return files;
  }

  // Folders in which `top` is a module or a package, the likeliest first.
  std::vector<std::string> roots(const std::string& importer, const std::string& top) const {
    std::vector<std::string> out;
    for (std::string folder = folder_of(importer);; folder = folder_of(folder)) {
      for (const char* inside : {"", "src", "lib"}) {
        const std::string root = joined(folder, inside);
        const std::string path = joined(root, top);
        if (!is_package(root) && (!module_at(path).empty() || holds_python(path))) out.push_back(root);
      }
      if (folder.empty()) break;
    }
    if (!out.empty() || std::ranges::binary_search(kStandard, top)) return out;
    const auto anywhere = tops_.find(top);
    return anywhere == tops_.end() ? out : anywhere->second;
  }

  // A folder with sources but without __init__.py: a namespace package.
  bool holds_python(const std::string& folder) const {
    if (!paths_.has_folder(folder)) return false;
    const auto& all = paths_.all();
    for (auto path = std::ranges::lower_bound(all, folder + "/"); path != all.end() && path->starts_with(folder + "/"); ++path)
      if (path->ends_with(".py") || path->ends_with(".pyi")) return true;
    return false;
  }

  const Paths& paths_;
  std::unordered_map<std::string, std::vector<std::string>> tops_;
};

}  // namespace

std::unique_ptr<Resolver> python_resolver(const Repository& repository) { return std::make_unique<Python>(repository); }

}  // namespace argosy::code::imports
