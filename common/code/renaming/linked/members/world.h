// What a project of C and C++ declares: its classes with their members, and the types and names that a file sees of it, through what it
// includes. Read when first asked for. One thread; the project must outlive it.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/renaming/linked/declarations.h"
#include "common/code/renaming/linked/includes.h"
#include "common/code/renaming/linked/macros.h"

namespace argosy::code::fields {

// Text that questions of one rename may go through; past it nothing more is known.
inline constexpr std::size_t kMaxBytesScanned = 1u << 30;

struct Member {
  Node name;
  Node declaration;
  bool function = false;  // that the class calls, not a pointer to one
  bool is_virtual = false;
};

using RecordId = std::size_t;
// A struct, union or class.
struct Record {
  const Model* model = nullptr;
  std::vector<Node> nodes;  // with bodies; several where conditions of the build choose one
  std::string path;         // a::B; the last part is empty for one without a name
  bool templated = false;
  std::map<std::string_view, std::vector<Member>> members{};  // also those of nameless structs inside
};

// A name for a type: a class with or without its body, an enum, a typedef or alias.
struct TypeName {
  const Model* model = nullptr;
  Node name, value;
  std::string path;
};

class World {
 public:
  explicit World(const Project& project);

  const Project& project() const { return project_; }
  const linked::Macros& macros() const { return macros_; }
  // The file and all that it includes at any depth.
  const std::set<std::string>& seen_by(const std::string& path);
  // Of a file that is included: what those that include it see, too.
  const std::set<std::string>& seen_around(const std::string& path);
  // All types of that name that stand outside of functions.
  const std::vector<TypeName>& types(const std::string& name);
  // Variables, functions and constants of that name that those files declare outside of functions and classes. Null: too much was asked.
  const std::vector<linked::Declaration>* globals(const std::string& name, const std::set<std::string>& files, const std::string& seen_by);
  // Whether one of the files may bring names out of namespaces.
  bool opens_spaces(const std::set<std::string>& files) const;
  // Files with the word in them. Null: too much was asked.
  const std::vector<std::string>* mentioning(const std::string& word);

  RecordId record(const Model& model, Node with_body);
  const Record& at(RecordId id) const { return records_[id]; }
  RecordId size() const { return records_.size(); }

 private:
  void note_types();
  void add_defined_outside(const Model& model, const std::string& name, std::vector<TypeName>& out) const;
  bool may_scan(std::size_t bytes) { return (scanned_ += bytes) <= kMaxBytesScanned; }

  const Project& project_;
  linked::Includes includes_;
  linked::Macros macros_;
  std::map<std::string, std::set<std::string>> seen_, around_;
  bool noted_ = false;
  std::map<std::string, std::vector<const std::string*>, std::less<>> type_files_;
  std::map<std::string, std::vector<TypeName>> types_;
  std::map<std::pair<std::string, std::string>, std::vector<linked::Declaration>> globals_;
  std::map<std::string, std::vector<std::string>> mentioning_;
  std::deque<Record> records_;  // which stay where they are
  std::map<std::pair<const Model*, std::string>, RecordId> by_path_;
  std::map<std::pair<const Model*, NodeId>, RecordId> known_;
  std::size_t scanned_ = 0;
};

bool is_record(Node node);
// The namespaces and classes around a node: "a::B". With "(f)" for a function, inside of which names are its own.
std::string path_around(Node node);

}  // namespace argosy::code::fields
