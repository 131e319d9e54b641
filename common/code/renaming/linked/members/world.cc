#include "common/code/renaming/linked/members/world.h"

#include <algorithm>
#include <utility>

#include "common/code/languages/c/declarators.h"

namespace argosy::code::fields {
namespace {

// Whether the declaration says that heirs may have their own.
bool says_virtual(Node declaration, Node name) {
  for (const Node child : declaration.children())
    if (child.text() == "virtual") return true;
  for (Node part = name.parent(); part && part != declaration; part = part.parent())
    for (const Node child : part.children())
      if (child.is("virtual_specifier")) return true;
  return false;
}

// A class inside of a struct that has no name of its own: its members are the outer one's.
bool is_open(Node declaration) { return declaration.is("field_declaration") && !declaration.get("declarator"); }

void collect(Node body, Record& out) {
  for (const Node child : body.children()) {
    if (child.kind().starts_with("preproc_") || child.is("template_declaration") || child.is("declaration_list")) {
      collect(child, out);
      continue;
    }
    if (!child.is_any({"field_declaration", "declaration", "function_definition"})) continue;
    const Node type = child.get("type");
    if (is_open(child) && is_record(type) && type.get("body") && !type.get("name")) collect(type.get("body"), out);
    for (const Node part : child.children()) {
      if (part.field() != "declarator") continue;
      for (const c::Declared& declared : c::declared(part))
        out.members[declared.name.text()].push_back({declared.name, child, declared.function, says_virtual(child, declared.name)});
    }
  }
}

std::string name_of(Node type) {
  Node name = type.get("name");
  if (name.is("template_type")) name = name.get("name");
  std::string out(name ? name.text() : "");
  std::erase_if(out, [](unsigned char c) { return std::isspace(c); });
  return out;
}

// Words that name what a piece of source declares as types: behind class and its like up to the body, in a typedef outside of bodies, and
// before the = of using.
template <typename Note>
void type_words(std::string_view text, Note note) {
  enum { none, head, defined, alias } in = none;
  int depth = 0;
  for (const linked::Token& token : linked::tokens_of(text)) {
    if (in == defined) {
      if (token.text == "{") ++depth;
      if (token.text == "}") --depth;
      if (token.word) note(token.text);
      if (token.text == ";" && depth <= 0) in = none;
    } else if (token.text == "typedef") {
      in = defined;
      depth = 0;
    } else if (token.text == "class" || token.text == "struct" || token.text == "union" || token.text == "enum") {
      in = head;
    } else if (token.text == "using") {
      in = alias;
    } else if (token.text == "{" || token.text == ";" || token.text == "=") {
      in = none;
    } else if (in != none && token.word) {
      note(token.text);
    }
  }
}

}  // namespace

bool is_record(Node node) { return node.named() && node.is_any({"struct_specifier", "union_specifier", "class_specifier"}); }

std::string path_around(Node node) {
  std::string out;
  for (Node outer = node.parent(); outer; outer = outer.parent()) {
    if (outer.is("namespace_definition") && outer.get("name") && !outer.child("inline"))
      out = linked::joined(name_of(outer), out);
    else if (is_record(outer) && outer.tree().language() == Language::cpp && outer.get("body").contains(node))
      out = linked::joined(name_of(outer), out);
    else if (outer.is_any({"function_definition", "lambda_expression"}))
      out = linked::joined("(f)", out);
  }
  return out;
}

World::World(const Project& project) : project_(project), includes_(project), macros_(project) {}

const std::set<std::string>& World::seen_by(const std::string& path) {
  const auto [slot, first] = seen_.try_emplace(path);
  if (first) slot->second = linked::Includes::reached(includes_.edges(), {path});
  return slot->second;
}

const std::set<std::string>& World::seen_around(const std::string& path) {
  const auto [slot, first] = around_.try_emplace(path);
  if (first) {
    const auto back = linked::Includes::reached(includes_.edges_back(), {path});
    slot->second = linked::Includes::reached(includes_.edges(), {back.begin(), back.end()});
  }
  return slot->second;
}

void World::note_types() {
  for (const std::string& path : project_.sources()) {
    const Decoded* source = project_.text(path);
    if (source == nullptr) continue;
    type_words(source->text, [&](std::string_view word) {
      const auto slot = type_files_.find(word);
      auto& files = slot == type_files_.end() ? type_files_[std::string(word)] : slot->second;
      if (files.empty() || files.back() != &path) files.push_back(&path);
    });
    project_.forget(path);
  }
}

// struct Outer::name {};
void World::add_defined_outside(const Model& model, const std::string& name, std::vector<TypeName>& out) const {
  if (!model.tree->text().contains("::" + name)) return;
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (!is_record(node) || !node.get("body") || !node.get("name").is("qualified_identifier")) continue;
    const std::string path = linked::joined(path_around(node), name_of(node));
    if (path.ends_with("::" + name)) out.push_back({.model = &model, .name = node.get("name"), .value = node, .path = path});
  }
}

const std::vector<TypeName>& World::types(const std::string& name) {
  if (!std::exchange(noted_, true)) note_types();
  const auto [slot, first] = types_.try_emplace(name);
  const auto files = type_files_.find(name);
  if (!first || files == type_files_.end()) return slot->second;
  for (const std::string* path : files->second) {
    const Model* model = project_.model(*path);
    for (ScopeId id = 0; model != nullptr && id < model->scopes.size(); ++id) {
      const auto* bindings = model->find(id, name);
      if (bindings == nullptr || (id != kRootScope && path_around(bindings->front().name).contains("(f)"))) continue;
      for (const Binding& binding : *bindings)
        if (binding.kind == BindingKind::klass && binding.value)
          slot->second.push_back(
              {.model = model, .name = binding.name, .value = binding.value, .path = linked::joined(path_around(binding.value), name)});
    }
    if (model != nullptr) add_defined_outside(*model, name, slot->second);
  }
  return slot->second;
}

const std::vector<linked::Declaration>* World::globals(const std::string& name, const std::set<std::string>& files,
                                                       const std::string& seen_by) {
  if (scanned_ > kMaxBytesScanned) return nullptr;
  const auto [slot, first] = globals_.try_emplace({name, seen_by});
  if (!first) return &slot->second;
  for (const std::string& path : files) {
    const Decoded* text = path.empty() || path.front() == '\0' ? nullptr : project_.text(path);
    if (text == nullptr) continue;
    if (!may_scan(text->text.size())) return nullptr;
    const Model* model = contains_word(text->text, name) ? project_.model(path) : nullptr;
    if (model == nullptr) project_.forget(path);
    if (model == nullptr) continue;
    for (linked::Declaration& found : linked::declarations_of(*model, name)) slot->second.push_back(std::move(found));
  }
  return &slot->second;
}

bool World::opens_spaces(const std::set<std::string>& files) const {
  return std::ranges::any_of(files, [&](const std::string& path) {
    return !path.starts_with('\0') && project_.remember("using " + path, [&] {
      const Decoded* text = project_.text(path);
      const bool found = text != nullptr && contains_word(text->text, "using");
      project_.forget(path);
      return found;
    });
  });
}

const std::vector<std::string>* World::mentioning(const std::string& word) {
  if (scanned_ > kMaxBytesScanned) return nullptr;
  const auto [slot, first] = mentioning_.try_emplace(word);
  if (!first) return &slot->second;
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    if (text == nullptr) continue;
    if (!may_scan(text->text.size())) return nullptr;
    if (contains_word(text->text, word)) slot->second.push_back(path);
    project_.forget(path);
  }
  return &slot->second;
}

RecordId World::record(const Model& model, Node with_body) {
  const auto [slot, first] = known_.try_emplace({&model, with_body.id()}, records_.size());
  if (!first) return slot->second;
  const std::string name = name_of(with_body), path = linked::joined(path_around(with_body), name);
  if (!name.empty() && !path.contains("(f)")) {
    const auto [twin, alone] = by_path_.try_emplace({&model, path}, slot->second);
    if (!alone) {
      slot->second = twin->second;
      records_[twin->second].nodes.push_back(with_body);
      collect(with_body.get("body"), records_[twin->second]);
      return slot->second;
    }
  }
  Record out{.model = &model, .nodes = {with_body}, .path = path, .templated = with_body.parent().is("template_declaration")};
  if (with_body.get("name").is("template_type")) out.templated = true;
  collect(with_body.get("body"), out);
  records_.push_back(std::move(out));
  return slot->second;
}

}  // namespace argosy::code::fields
