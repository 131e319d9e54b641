// Compilation units and packages of Java, as moves see them. Nodes live as long as their models. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/code/binding/project.h"

namespace argosy::code::java {

// A type that stands at the top of its file.
struct Type {
  const Model* model = nullptr;
  Node node;
  std::string name() const { return std::string(node.get("name").text()); }
  bool is_public() const;
};

bool is_type(Node node);
bool has_modifier(Node declaration, std::string_view word);
// "List" of java.util.List<String>[]; empty where annotations stand before it.
std::string plain_name(Node type);

std::vector<Type> types_of(const Model& model);
// Of all files of the package, by name; the first where a name stands twice.
std::map<std::string, Type> types_in(const Project& project, const std::string& package);
// Sources that belong to the package.
std::vector<const Model*> units_of(const Project& project, const std::string& package);
// The import statements of a file.
std::vector<Node> imports_of(const Model& model);
// What an import writes, without `static` and the asterisk: "java.util.List".
std::string imported_path(Node import);

// The package of a file at `to`, when `home` goes there. Errors (B): name_invalid (no source of Java, another root of sources, no package).
Result<std::string> package_at(const Rules& rules, const Model& home, const std::string& to);
// The folder above the package's own, with a slash at its end; empty: the root.
std::string source_root(const Model& home);

}  // namespace argosy::code::java
