// Which file a `mod` or a `use` of Rust means: the module tree follows from the files below a crate's root. A path is followed as far as
// modules have files; what comes after it stands in the last one.
#include <algorithm>

#include "common/code/imports/resolver.h"
#include "common/core/text.h"

namespace argosy::code::imports {
namespace {

using Segments = std::vector<std::string>;

Segments segments_of(std::string_view path) {
  Segments out;
  for (const auto part : text::split(path, ':'))
    if (const auto name = text::trim(part); !name.empty()) out.emplace_back(name.starts_with("r#") ? name.substr(2) : name);
  return out;
}

struct Crate {
  std::string folder, name;
};

// Where a file's submodules stand: beside it for a root and a mod.rs, else in the folder of its name.
std::string module_folder(const std::string& file, const std::string& root) {
  const auto name = name_of(file);
  if (file == root || name == "mod.rs" || name == "main.rs" || name == "lib.rs") return folder_of(file);
  return file.substr(0, file.size() - 3);
}

// Modules in braces around a line: each takes one `super`.
std::size_t modules_around(const IndexedFile& file, std::uint32_t line) {
  return static_cast<std::size_t>(std::ranges::count_if(file.tags->definitions, [&](const Definition& one) {
    return one.kind == TagKind::module && one.line < line && line <= one.end_line;
  }));
}

class Rust final : public Resolver {
 public:
  explicit Rust(const Repository& repository) : paths_(repository.paths) {
    for (const auto& [file, text] : manifests(repository, "Cargo.toml")) {
      std::string section;
      Crate crate{folder_of(file), {}};
      for (const auto raw : text::lines(text)) {
        const auto line = text::trim(raw);
        if (line.starts_with('[')) section = line;
        const auto open = line.find('"'), close = line.rfind('"');
        if (line.starts_with("name") && close > open && (section == "[lib]" || (section == "[package]" && crate.name.empty())))
          crate.name = line.substr(open + 1, close - open - 1);
      }
      std::ranges::replace(crate.name, '-', '_');
      if (!crate.name.empty()) crates_.push_back(std::move(crate));
    }
  }

  Meant resolve(const IndexedFile& importer, const ImportLine& line) const override {
    const std::string root = root_of(importer.path);
    if (line.module.starts_with("mod ")) {
      std::string child = child_of(importer.path, root, line.module.substr(4));
      return child.empty() ? Meant{} : Meant{{std::move(child)}, {}};
    }
    const Segments path = segments_of(line.module);
    if (path.empty()) return {};
    const std::size_t inline_modules = modules_around(importer, line.line);
    std::string at;  // the module's file that the path starts from
    std::size_t done = 1;
    if (path[0] == "crate" || path[0] == "$crate") {
      at = root;
    } else if (path[0] == "self") {
      at = importer.path;
    } else if (path[0] == "super") {
      at = importer.path;
      for (done = 0; done < path.size() && path[done] == "super" && !at.empty(); ++done)
        if (done >= inline_modules) at = parent_of(at, root);
    } else if (std::string child = child_of(importer.path, root, path[0]); !child.empty()) {
      at = std::move(child);
    } else if (std::string own = crate_root(path[0]); !own.empty()) {
      return {follow(std::move(own), path, 1, line), {}};
    } else {
      return {{}, path[0]};
    }
    return at.empty() ? Meant{} : Meant{follow(std::move(at), path, done, line), {}};
  }

 private:
  // The nearest lib.rs or main.rs above; a file of tests/, benches/, examples/ or bin/ is a root of its own.
  std::string root_of(const std::string& file) const {
    for (std::string folder = folder_of(file);; folder = folder_of(folder)) {
      const auto name = name_of(folder);
      if (name == "tests" || name == "benches" || name == "examples" || name == "bin") {
        if (folder_of(file) == folder) return file;
      }
      for (const char* root : {"lib.rs", "main.rs"})
        if (std::string path = joined(folder, root); paths_.has(path)) return file == joined(folder, "main.rs") ? file : path;
      if (folder.empty() || paths_.has(joined(folder, "Cargo.toml"))) return file;
    }
  }

  std::string child_of(const std::string& file, const std::string& root, const std::string& name) const {
    const std::string folder = module_folder(file, root);
    for (const std::string& path : {joined(folder, name + ".rs"), joined(folder, name + "/mod.rs")})
      if (paths_.has(path)) return path;
    return {};
  }

  std::string parent_of(const std::string& file, const std::string& root) const {
    if (file == root) return {};
    const std::string folder = name_of(file) == "mod.rs" ? folder_of(folder_of(file)) : folder_of(file);
    if (folder == folder_of(root)) return root;
    for (const std::string& path : {joined(folder, "mod.rs"), folder + ".rs"})
      if (paths_.has(path)) return path;
    return {};
  }

  std::string crate_root(const std::string& name) const {
    for (const Crate& crate : crates_)
      if (crate.name == name)
        if (std::string path = joined(crate.folder, "src/lib.rs"); paths_.has(path)) return path;
    return {};
  }

  // The files at the end of the path, and of the names that are taken out of it.
  std::vector<std::string> follow(std::string at, const Segments& path, std::size_t done, const ImportLine& line) const {
    const std::string root = root_of(at);
    for (; done < path.size(); ++done) {
      std::string child = child_of(at, root, path[done]);
      if (child.empty()) return {at};  // an item of this module
      at = std::move(child);
    }
    std::vector<std::string> files;
    bool itself = line.names.empty();
    for (const std::string& name : line.names) {
      const Segments inner = segments_of(name);
      std::string child = inner.empty() ? std::string() : child_of(at, root, inner.front());
      itself = itself || child.empty();
      if (!child.empty()) files.push_back(std::move(child));
    }
    if (itself) files.push_back(at);
    return files;
  }

  const Paths& paths_;
  std::vector<Crate> crates_;
};

}  // namespace

std::unique_ptr<Resolver> rust_resolver(const Repository& repository) { return std::make_unique<Rust>(repository); }

}  // namespace argosy::code::imports
