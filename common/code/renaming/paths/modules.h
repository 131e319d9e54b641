// The modules of a Rust workspace and what a path means in them: files by where they lie, modules inside of files, `use` with its lists,
// aliases and stars, crates of the workspace (crates.h). One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/project.h"
#include "common/code/renaming/paths/crates.h"

namespace argosy::code::paths {

// A module: its file, and for one that stands inside of a file the names that lead to it.
struct Module {
  std::string file;
  std::vector<std::string> inner{};
  auto operator<=>(const Module&) const = default;
};

// What a path leads to. Several where conditions of the build decide.
struct Thing {
  enum Kind : std::uint8_t {
    item,     // `name` of the module `where`
    module,   // `where` itself
    foreign,  // of another crate, the language's own, or nothing at all
    member,   // something behind a type or trait
    unknown,
  } kind = unknown;
  Module where{};
  std::string name{};
  auto operator<=>(const Thing&) const = default;
};
using Things = std::set<Thing>;

// One name that a `use` brings.
struct Taken {
  std::vector<std::string> path;  // with the name taken at its end; of a star: the module
  std::string as;                 // what it is called here; "*" for a star
};
std::vector<Taken> taken_by(Node use_declaration);

// The parts of a path's text; {"<"} where it begins with a type.
std::vector<std::string> parts_of(Node path);

// Steps that one path may take through stars before it counts as unknown.
inline constexpr int kMaxStepsOfPath = 20'000;
// All paths of one rename together.
inline constexpr int kMaxStepsOfRename = 500'000;
// Modules that one path may lead through, one for the other: each takes of the stack.
inline constexpr std::size_t kMaxDepthOfPath = 200;

class Modules {
 public:
  explicit Modules(const Project& project);

  Module module_of(const Model& model, Node node) const;
  // What the path means in the module. In `here` the `use` declarations of blocks around are looked at by the caller.
  Things find(const Module& module, const std::vector<std::string>& path);

 private:
  struct Contents {
    std::set<std::string> items;
    std::map<std::string, bool> children;  // mod name {...} (true) and mod name;
    std::vector<Taken> taken;
  };
  const Contents* contents(const Module& module);
  Things look_up(const Module& module, const std::string& name);
  Things search(const Module& module, const std::string& name);
  Things from(const Things& start, const std::string& name);
  std::vector<Module> child(const Module& module, const std::string& name) const;
  // Those that declare it: none for the root of a crate, nor where an attribute says where the file lies.
  std::vector<Module> parent(const Module& module);
  std::optional<Module> root(const Module& module);
  bool is_root(const std::string& path) const;
  std::string folder_of_modules(const std::string& path) const;
  Things crate_called(const std::string& name) const;  // empty: no crate that a manifest knows

  const Project& project_;
  Crates crates_;
  std::map<std::string, std::vector<std::string>> roots_;  // by their folder
  std::map<Module, Contents> contents_;
  std::set<std::string> read_;  // files whose modules are in contents_
  std::map<std::pair<Module, std::string>, Things> known_;
  std::set<std::pair<Module, std::string>> open_;  // being looked up: stars may lead in circles
  int steps_ = 0, all_steps_ = 0;
};

}  // namespace argosy::code::paths
