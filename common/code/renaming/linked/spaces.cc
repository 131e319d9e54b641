#include "common/code/renaming/linked/spaces.h"

#include <algorithm>
#include <utility>

#include "common/code/renaming/linked/macros.h"
#include "common/core/text.h"

namespace argosy::code::linked {
namespace {

std::string plain(Node node) {
  std::string out;
  int depth = 0;
  for (const char c : node.text()) {
    if (c == '<') ++depth;
    if (depth == 0 && !std::isspace(static_cast<unsigned char>(c))) out += c;
    if (c == '>') --depth;
  }
  return out;
}

std::string last_of(const std::string& path) {
  const auto colon = path.rfind(':');
  return colon == std::string::npos ? path : path.substr(colon + 1);
}

std::string around(const std::string& space) {
  const auto colons = space.rfind("::");
  return colons == std::string::npos ? "" : space.substr(0, colons);
}

// What stands before the name: {} for a name alone, {""} for ::name, {"a", "b"} for a::b::name.
std::vector<std::string> path_before(Node node) {
  std::vector<std::string> path;
  for (Node parent = node.parent(); parent; node = parent, parent = parent.parent()) {
    if (parent.is_any({"template_type", "template_function", "destructor_name", "dependent_name", "template_method"})) {
      if (node.field() == "arguments") break;
    } else if (parent.is("qualified_identifier")) {
      if (node.field() == "name") path.insert(path.begin(), plain(parent.get("scope")));
    } else {
      break;
    }
  }
  return path;
}

// a::B of void a::B::f() {}; empty where the function's name is no path.
std::string path_of_definition(Node definition) {
  Node name = definition.get("declarator");
  while (name && !name.is("qualified_identifier")) {
    Node inner = name.get("declarator");
    if (!inner && name.is("reference_declarator")) inner = name.named_child(0);
    name = inner;
  }
  return name ? around(plain(name)) : "";
}

bool is_body(Node node) { return node.is("field_declaration_list"); }

}  // namespace

Spaces::Spaces(const Project& project, std::string name, const std::vector<const Model*>& models, const std::set<std::string>& spaces)
    : project_(project), name_(std::move(name)), spaces_(spaces) {
  for (const Model* model : models) {
    if (model->tree->language() != Language::cpp) continue;
    for (NodeId id = 0; id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (node.is("namespace_alias_definition")) {
        aliases_[std::string(node.get("name").text())] = plain(node.named_child(1));
      } else if (node.is("using_declaration")) {
        const std::string path = plain(node.named_child(0));
        if (node.child("namespace"))
          opened_.insert(path);
        else if (last_of(path) == name_)
          taken_.insert(around(path));
      }
    }
  }
}

Meaning Spaces::of(const Model& model, Node node) {
  const auto path = path_before(node);
  if (!path.empty()) return qualified(node, path);
  const auto binds = [&](ScopeId id) {
    const auto* bindings = model.find(id, name_);
    const auto seen = [&](const Binding& b) { return b.name == node || b.visible_from <= node.start(); };
    return bindings != nullptr && (!model.scopes[id].ordered || std::ranges::any_of(*bindings, seen));
  };
  const auto bound = model.bound_at.find(node.id());
  const bool c = model.tree->language() == Language::c;
  for (ScopeId id = bound == model.bound_at.end() ? model.scope_of[node.id()] : bound->second; id != kRootScope;
       id = model.scopes[id].parent) {
    const Node opener = model.scopes[id].node;
    if (opener.is("namespace_definition")) break;
    if (binds(id) && !c) return {Meaning::other};
    if (is_body(opener) && last_of(plain(opener.parent().get("name"))) != name_)
      if (const Meaning inherited = member(model, opener.parent()); inherited.kind != Meaning::free) return inherited;
    if (opener.is("function_definition") && !c) {
      const std::string klass = path_of_definition(opener);
      if (!klass.empty() && last_of(klass) != name_ && !is_namespace(last_of(klass)))
        if (const Meaning inherited = member_of(last_of(klass)); inherited.kind != Meaning::free) return inherited;
    }
  }
  std::string space = space_around(node);
  for (Node owner = node.around({"function_definition"}); owner; owner = owner.around({"function_definition"}))
    if (const std::string path_of = path_of_definition(owner); !path_of.empty()) space = joined(space, path_of);
  for (;; space = around(space)) {
    if (spaces_.contains(space)) return {Meaning::declared, space};
    if (space.empty()) break;
  }
  return brought(model, node);
}

// What no namespace around the place declares.
Meaning Spaces::brought(const Model& model, Node node) {
  if (model.tree->language() == Language::c) return {Meaning::free};
  std::set<std::string> found;
  const auto matches = [&](const std::string& path) {
    for (const std::string& space : spaces_)
      if (!space.empty() && (space == path || space.ends_with("::" + path) || path.ends_with("::" + space))) found.insert(space);
  };
  for (const auto* paths : {&opened_, &taken_})
    for (const std::string& path : *paths) matches(aliases_.contains(path) ? aliases_.at(path) : path);
  if (found.size() == 1) return {Meaning::declared, *found.begin()};
  if (!found.empty()) return {Meaning::unsure};
  // The arguments of a call may lead to a function of their own namespace.
  const bool called = node.parent().is("call_expression") && node.field() == "function";
  const bool somewhere = std::ranges::any_of(spaces_, [](const std::string& space) { return !space.empty(); });
  return {called && somewhere ? Meaning::unsure : Meaning::free};
}

Meaning Spaces::qualified(Node node, const std::vector<std::string>& path) {
  std::string written;
  for (const std::string& part : path) written = joined(written, part);
  if (path.front().empty()) return spaces_.contains(written) ? Meaning{Meaning::declared, written} : Meaning{Meaning::other};
  if (const auto alias = aliases_.find(path.front()); alias != aliases_.end())
    written = alias->second + written.substr(path.front().size());
  for (std::string space = space_around(node);; space = around(space)) {
    if (const std::string whole = joined(space, written); spaces_.contains(whole)) return {Meaning::declared, whole};
    if (space.empty()) break;
  }
  // A class by the same name: the constructor X::X and the destructor X::~X.
  if (last_of(written) == name_) {
    std::vector<std::string> outer(path.begin(), path.end() - 1);
    if (!outer.empty()) return qualified(node, outer);
    for (std::string space = space_around(node);; space = around(space)) {
      if (spaces_.contains(space)) return {Meaning::declared, space};
      if (space.empty()) return {Meaning::unsure};
    }
  }
  // Behind the name of a class stands a member; behind a namespace of ours may stand what `using` brought there.
  return {is_namespace(last_of(written)) ? Meaning::unsure : Meaning::other};
}

Meaning Spaces::member(const Model& model, Node klass) {
  const Classes& classes = classes_of(model);
  const auto scope = classes.scopes.find(klass.get("body").id());
  if (scope != classes.scopes.end() && model.find(scope->second, name_) != nullptr) return {Meaning::other};
  const Node bases = klass.child("base_class_clause");
  for (const Node base : bases ? bases.children() : Children(Node())) {
    if (!base.is_any({"type_identifier", "qualified_identifier", "template_type"})) continue;
    const std::string path = plain(base);
    if (path.starts_with("std::") && std::ranges::any_of(name_, [](unsigned char c) { return std::isupper(c); })) continue;
    if (last_of(path) == name_) continue;
    const Meaning inherited = member_of(last_of(path));
    if (inherited.kind != Meaning::free) return inherited;
  }
  return {Meaning::free};
}

// Whether a class, known by its last name alone, may have a member of that name.
Meaning Spaces::member_of(const std::string& klass) {
  if (const auto hit = members_.find(klass); hit != members_.end()) return hit->second;
  if (depth_ >= kMaxDepthOfBases) return {Meaning::unsure};
  members_[klass] = {Meaning::free};
  Meaning answer{Meaning::unsure};
  ++depth_;
  if (const Model* home = home_of(klass)) answer = member(*home, classes_of(*home).bodies.at(klass).parent());
  --depth_;
  return members_[klass] = answer;
}

// The first source that holds the class's body; null when none does.
const Model* Spaces::home_of(const std::string& klass) {
  if (!std::exchange(noted_, true)) note_files();
  const auto hit = files_.find(klass);
  if (hit == files_.end()) return nullptr;
  for (const std::string* path : hit->second)
    if (const Model* model = project_.model(*path); model != nullptr && classes_of(*model).bodies.contains(klass)) return model;
  return nullptr;
}

// Every word between `class` and what opens or ends it may be the name: macros and attributes stand there, too.
void Spaces::note_files() {
  for (const std::string& path : project_.sources()) {
    const Decoded* source = project_.text(path);
    if (source == nullptr) continue;
    bool head = false;
    for (const Token& token : tokens_of(source->text)) {
      if (token.text == "class" || token.text == "struct" || token.text == "union")
        head = true;
      else if (token.text == "{" || token.text == ";")
        head = false;
      else if (head && token.word)
        if (auto& files = files_[std::string(token.text)]; files.empty() || files.back() != &path) files.push_back(&path);
    }
    project_.forget(path);
  }
}

const Spaces::Classes& Spaces::classes_of(const Model& model) {
  const auto [slot, first] = classes_.try_emplace(&model);
  for (ScopeId id = 1; first && id < model.scopes.size(); ++id) {
    const Node body = model.scopes[id].node;
    if (!is_body(body)) continue;
    slot->second.bodies.emplace(last_of(plain(body.parent().get("name"))), body);
    slot->second.scopes.emplace(body.id(), id);
  }
  return slot->second;
}

bool Spaces::is_namespace(const std::string& word) {
  return project_.remember("namespace " + word, [&] {
    for (const std::string& path : project_.sources()) {
      const Decoded* text = project_.text(path);
      if (text == nullptr) continue;
      bool found = false;
      for (std::size_t at = find_word(text->text, "namespace"); at != std::string::npos && !found;
           at = find_word(text->text, "namespace", at + 1)) {
        const auto end = text->text.find_first_of("{;=", at);
        found = end != std::string::npos && contains_word(std::string_view(text->text).substr(at, end - at), word);
      }
      project_.forget(path);
      if (found) return true;
    }
    return false;
  });
}

}  // namespace argosy::code::linked
