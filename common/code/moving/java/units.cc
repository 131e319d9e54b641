#include "common/code/moving/java/units.h"

#include <algorithm>

#include "common/code/moving/module_move.h"
#include "common/core/text.h"

namespace argosy::code::java {
namespace {

std::string folders_of(std::string package) {
  std::ranges::replace(package, '.', '/');
  return package;
}

bool is_part_of_package(const Rules& rules, std::string_view part) {
  const auto may_follow = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  return !part.empty() && !std::isdigit(static_cast<unsigned char>(part.front())) && std::ranges::all_of(part, may_follow) &&
         !rules.is_keyword(part);
}

}  // namespace

bool is_type(Node node) {
  return node.is_any(
      {"class_declaration", "interface_declaration", "enum_declaration", "record_declaration", "annotation_type_declaration"});
}

bool has_modifier(Node declaration, std::string_view word) {
  const Node modifiers = declaration.child("modifiers");
  return modifiers && modifiers.child(word);
}

bool Type::is_public() const { return has_modifier(node, "public"); }

std::string plain_name(Node type) {
  std::string out;
  if (type.text().starts_with('@')) return out;
  for (const char c : type.text()) {
    if (c == '<' || c == '[' || std::isspace(static_cast<unsigned char>(c))) break;
    out += c;
  }
  return out.substr(out.rfind('.') == std::string::npos ? 0 : out.rfind('.') + 1);
}

std::vector<Type> types_of(const Model& model) {
  std::vector<Type> out;
  for (Node child : model.tree->root().children())
    if (is_type(child)) out.push_back({&model, child});
  return out;
}

std::vector<const Model*> units_of(const Project& project, const std::string& package) {
  std::vector<const Model*> out;
  for (const std::string& path : project.sources()) {
    const Decoded* text = project.text(path);
    if (text == nullptr) continue;
    const bool may_be = package.empty() || contains_word(text->text, package);
    const Model* model = may_be ? project.model(path) : nullptr;
    if (model != nullptr && model->package == package) out.push_back(model);
    if (!may_be) project.forget(path);
  }
  return out;
}

std::map<std::string, Type> types_in(const Project& project, const std::string& package) {
  std::map<std::string, Type> out;
  for (const Model* model : units_of(project, package))
    for (const Type& type : types_of(*model)) out.emplace(type.name(), type);
  return out;
}

std::vector<Node> imports_of(const Model& model) {
  std::vector<Node> out;
  for (Node child : model.tree->root().children())
    if (child.is("import_declaration")) out.push_back(child);
  return out;
}

std::string imported_path(Node import) {
  const Node path = import.child("scoped_identifier");
  std::string out((path ? path : import.child("identifier")).text());
  std::erase_if(out, [](char c) { return std::isspace(static_cast<unsigned char>(c)); });
  return out;
}

std::string source_root(const Model& home) {
  const std::string folder = folder_of_path(home.path), own = folders_of(home.package);
  return folder.size() == own.size() ? "" : folder.substr(0, folder.size() - own.size());
}

Result<std::string> package_at(const Rules& rules, const Model& home, const std::string& to) {
  const auto name = std::string_view(to).substr(to.rfind('/') == std::string::npos ? 0 : to.rfind('/') + 1);
  if (!name.ends_with(".java") || name == "package-info.java" || name == "module-info.java")
    return fail_user("name_invalid", to + " is no file of a class", "use a file that ends in .java");
  const std::string folder = folder_of_path(home.path), own = folders_of(home.package), there = folder_of_path(to);
  if (there == folder) return home.package;
  if (own.empty())
    return fail_user("name_invalid", "classes without a package cannot be moved into one", "give " + home.path + " a package first");
  if (folder != own && !folder.ends_with("/" + own))
    return fail_user("name_invalid", home.path + " does not lie in the folder of its package " + home.package, "mend that first");
  const std::string root = source_root(home);
  if (!there.starts_with(root) || there.size() <= root.size())
    return fail_user("name_invalid", to + " lies outside of the sources in \"" + root + "\", or in no package",
                     "stay below this folder, in a folder that is a package");
  const std::string rest = there.substr(root.size());
  std::string package;
  for (const auto part : text::split(rest, '/')) {
    if (!is_part_of_package(rules, part))
      return fail_user("name_invalid", "\"" + std::string(part) + "\" cannot be a part of a package", "use letters, digits and _");
    package += (package.empty() ? "" : ".") + std::string(part);
  }
  return package;
}

}  // namespace argosy::code::java
