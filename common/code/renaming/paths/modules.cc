#include "common/code/renaming/paths/modules.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::code::paths {
namespace {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}
std::string in(const std::string& folder, const std::string& name) { return folder.empty() ? name : folder + "/" + name; }
std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_item(Node node) {
  return node.is_any({"function_item", "struct_item", "enum_item", "union_item", "trait_item", "type_item", "const_item", "static_item",
                      "macro_definition", "function_signature_item"});
}

void gather(Node tree, std::vector<std::string> before, std::vector<Taken>& out) {
  const auto joined = [&](Node path) {
    auto whole = before;
    for (std::string& part : parts_of(path)) whole.push_back(std::move(part));
    return whole;
  };
  if (tree.is("use_list")) {
    for (const Node child : tree.children())
      if (child.named()) gather(child, before, out);
  } else if (tree.is("scoped_use_list")) {
    gather(tree.get("list"), tree.get("path") ? joined(tree.get("path")) : before, out);
  } else if (tree.is("use_wildcard")) {
    out.push_back({tree.named_child(0) ? joined(tree.named_child(0)) : before, "*"});
  } else if (tree.is_any({"identifier", "scoped_identifier", "self", "crate", "super", "use_as_clause"})) {
    auto path = joined(tree.is("use_as_clause") ? tree.get("path") : tree);
    if (path.size() > 1 && path.back() == "self") path.pop_back();
    const std::string as = tree.is("use_as_clause") ? std::string(tree.get("alias").text()) : path.back();
    out.push_back({std::move(path), as});
  }
}

}  // namespace

std::vector<std::string> parts_of(Node path) {
  if (path.is("generic_type")) path = path.get("type");
  if (path.is_any({"scoped_identifier", "scoped_type_identifier"})) {
    auto parts = path.get("path") ? parts_of(path.get("path")) : std::vector<std::string>{"::"};
    parts.emplace_back(path.get("name").text());
    return parts;
  }
  if (path.is("bracketed_type")) return {"<"};
  return {std::string(path.text())};
}

std::vector<Taken> taken_by(Node use_declaration) {
  std::vector<Taken> out;
  if (const Node tree = use_declaration.get("argument")) gather(tree, {}, out);
  return out;
}

Modules::Modules(const Project& project) : project_(project), crates_(crates_of(project)) {
  for (const std::string& path : project.sources())
    if (is_root(path)) roots_[folder_of(path)].push_back(path);
}

// Files that begin a crate: what lies beside them are its modules.
bool Modules::is_root(const std::string& path) const {
  const std::string name = file_name(path), folder = folder_of(path);
  if (name == "lib.rs" || name == "main.rs" || name == "build.rs" || crates_.files.contains(path)) return true;
  const std::string outer = file_name(folder);
  if (outer == "tests" || outer == "examples" || outer == "benches" || (outer == "bin" && file_name(folder_of(folder)) == "src"))
    return project_.has(in(outer == "bin" ? folder_of(folder_of(folder)) : folder_of(folder), "Cargo.toml"));
  return false;
}

// Where the files of a file's modules lie.
std::string Modules::folder_of_modules(const std::string& path) const {
  if (is_root(path) || file_name(path) == "mod.rs") return folder_of(path);
  return path.substr(0, path.size() - 3);
}

Module Modules::module_of(const Model& model, Node node) const {
  Module module{model.path};
  for (Node outer = node.around({"mod_item"}); outer; outer = outer.around({"mod_item"}))
    module.inner.insert(module.inner.begin(), std::string(outer.get("name").text()));
  return module;
}

std::vector<Module> Modules::parent(const Module& module) {
  if (!module.inner.empty()) {
    Module outer = module;
    outer.inner.pop_back();
    return {outer};
  }
  if (is_root(module.file)) return {};
  const bool folded = file_name(module.file) == "mod.rs";
  const std::string folder = folded ? folder_of(folder_of(module.file)) : folder_of(module.file);
  const std::string name = folded ? file_name(folder_of(module.file)) : file_name(module.file.substr(0, module.file.size() - 3));
  std::vector<std::string> files{in(folder, "mod.rs"), folder + ".rs"};
  if (const auto hit = roots_.find(folder); hit != roots_.end()) files.insert(files.end(), hit->second.begin(), hit->second.end());
  std::vector<Module> out;
  for (const std::string& file : files) {
    if (file == module.file || !project_.has(file)) continue;
    const Contents* contents = this->contents({file});
    if (contents != nullptr && contents->children.contains(name)) out.push_back({file});
  }
  return out;
}

std::optional<Module> Modules::root(const Module& module) {
  Module at = module;
  // Two files may each seem to be the other's parent where a name is missing.
  std::size_t depth = 0;
  for (auto up = parent(at); !up.empty() && ++depth <= kMaxDepthOfPath; up = parent(at)) at = up.front();
  return is_root(at.file) ? std::optional(at) : std::nullopt;
}

std::vector<Module> Modules::child(const Module& module, const std::string& name) const {
  std::string folder = folder_of_modules(module.file);
  for (const std::string& part : module.inner) folder = in(folder, part);
  for (const std::string& file : {in(folder, name + ".rs"), in(in(folder, name), "mod.rs")})
    if (project_.has(file)) return {{file}};
  return {};
}

const Modules::Contents* Modules::contents(const Module& module) {
  if (const auto hit = contents_.find(module); hit != contents_.end()) return &hit->second;
  const Model* model = project_.has(module.file) ? project_.model(module.file) : nullptr;
  if (model == nullptr) return nullptr;
  // One reading tells of all modules of the file; those it does not name hold nothing.
  if (!read_.insert(module.file).second) return &contents_[module];
  for (NodeId id = 0; id < model->tree->size(); ++id) {
    const Node node = model->tree->node(id);
    const bool known = is_item(node) || node.is_any({"mod_item", "use_declaration", "extern_crate_declaration"});
    if (!known || node.around({"block", "impl_item", "trait_item"})) continue;
    Contents& contents = contents_[module_of(*model, node)];
    if (node.is("use_declaration"))
      for (Taken& taken : taken_by(node)) contents.taken.push_back(std::move(taken));
    else if (node.is("mod_item"))
      contents.children.emplace(node.get("name").text(), static_cast<bool>(node.get("body")));
    else if (is_item(node))
      contents.items.emplace(node.get("name").text());
    else if (const Node alias = node.get("alias"))
      contents.taken.push_back({{"::", std::string(node.get("name").text())}, std::string(alias.text())});
  }
  return &contents_[module];
}

Things Modules::look_up(const Module& module, const std::string& name) {
  const auto question = std::pair(module, name);
  if (const auto hit = known_.find(question); hit != known_.end()) return hit->second;
  if (open_.empty()) steps_ = 0;
  const bool enough = ++steps_ > kMaxStepsOfPath || ++all_steps_ > kMaxStepsOfRename;
  if (enough || open_.size() >= kMaxDepthOfPath) return {{.kind = Thing::unknown}};
  if (!open_.insert(question).second) return {};
  Things found = search(module, name);
  open_.erase(question);
  // What was found on the way round a circle may be half an answer.
  if (open_.empty()) known_[question] = found;
  return found;
}

Things Modules::search(const Module& module, const std::string& name) {
  const Contents* contents = this->contents(module);
  Things found;
  if (contents == nullptr) return {{.kind = Thing::unknown}};
  if (contents->items.contains(name)) found.insert({.kind = Thing::item, .where = module, .name = name});
  if (const auto hit = contents->children.find(name); hit != contents->children.end()) {
    Module inner = module;
    inner.inner.push_back(name);
    const auto files = child(module, name);
    if (hit->second)
      found.insert({.kind = Thing::module, .where = inner});
    else
      found.insert(files.empty() ? Thing{.kind = Thing::unknown} : Thing{.kind = Thing::module, .where = files.front()});
  }
  for (const Taken& taken : contents->taken)
    if (taken.as == name) found.merge(find(module, taken.path));
  if (found.empty())
    for (const Taken& taken : contents->taken)
      if (taken.as == "*")
        for (const Thing& star : find(module, taken.path)) {
          if (star.kind == Thing::unknown) found.insert(star);
          if (star.kind == Thing::module && star.where != module) found.merge(look_up(star.where, name));
        }
  std::erase_if(found, [](const Thing& thing) { return thing.kind == Thing::foreign; });
  return found;
}

Things Modules::from(const Things& start, const std::string& name) {
  Things out;
  for (const Thing& thing : start) {
    if (thing.kind == Thing::module) {
      const Things found = look_up(thing.where, name);
      out.insert(found.begin(), found.end());
      if (found.empty()) out.insert({.kind = Thing::foreign});
    } else {
      out.insert({.kind = thing.kind == Thing::item ? Thing::member : thing.kind});
    }
  }
  return out;
}

Things Modules::crate_called(const std::string& name) const {
  const auto hit = crates_.roots.find(name);
  Things out;
  for (const auto& root : hit == crates_.roots.end() ? std::set<std::optional<std::string>>() : hit->second)
    out.insert(!root           ? Thing{.kind = Thing::unknown}
               : root->empty() ? Thing{.kind = Thing::foreign}
                               : Thing{.kind = Thing::module, .where = {*root}});
  // Nothing but foreign: the name may still be one of the crate's own.
  if (std::ranges::all_of(out, [](const Thing& thing) { return thing.kind == Thing::foreign; })) out.clear();
  return out;
}

Things Modules::find(const Module& module, const std::vector<std::string>& path) {
  if (path.empty()) return {{.kind = Thing::unknown}};
  Things at;
  std::size_t next = 1;
  const std::string& first = path.front();
  if (first == "crate" || first == "$crate") {
    const auto top = root(module);
    if (!top) return {{.kind = Thing::unknown}};
    at = {{.kind = Thing::module, .where = *top}};
  } else if (first == "self" || first == "super") {
    Module here = module;
    for (next = 0; next < path.size() && (path[next] == "self" || path[next] == "super"); ++next) {
      if (path[next] == "self") continue;
      const auto up = parent(here);
      if (up.empty()) return {{.kind = Thing::unknown}};
      here = up.front();
    }
    at = {{.kind = Thing::module, .where = here}};
  } else if (first == "Self" || first == "<") {
    return {{.kind = Thing::member}};
  } else {
    if (first != "::") at = look_up(module, first);
    const std::string& crate = path[std::min<std::size_t>(first == "::" ? 1 : 0, path.size() - 1)];
    if (first == "::") next = 2;
    if (at.empty()) at = crate_called(crate);
    // Before 2018 the path of a `use` began at the crate's root.
    if (const auto top = root(module); at.empty() && first != "::" && path.size() > 1 && top && *top != module) at = look_up(*top, first);
    if (at.empty()) return {{.kind = Thing::foreign}};
  }
  for (; next < path.size(); ++next) at = from(at, path[next]);
  return at;
}

}  // namespace argosy::code::paths
