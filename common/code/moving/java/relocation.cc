#include "common/code/moving/java/relocation.h"

#include <algorithm>

#include "common/code/binding/values.h"
#include "common/code/moving/java/access.h"
#include "common/code/places.h"
#include "common/code/refactor/imports/known_names.h"
#include "common/code/renaming/definitions.h"
#include "common/code/renaming/mentions.h"
#include "common/code/renaming/outcome.h"

namespace argosy::code::java {
namespace {

std::string with_slashes(std::string package) {
  std::ranges::replace(package, '.', '/');
  return package;
}

// What stands before the name in a.b.Name; null where nothing does.
Node qualifier_of(Node token) {
  const Node parent = token.parent();
  if (parent.is("scoped_identifier") && token.field() == "name") return parent.get("scope");
  if (parent.is("field_access") && token.field() == "field") return parent.get("object");
  if (parent.is("scoped_type_identifier") && token != parent.named_child(0)) return parent.named_child(0);
  return {};
}

Node token_of(const Model& model, const Site& site) {
  return model.tree->at(static_cast<std::uint32_t>(site.start), static_cast<std::uint32_t>(site.end));
}

// The import statement that brings just this type, or null.
Node single_import(Node token) {
  const Node statement = token.parent().parent();
  return statement.is("import_declaration") && !statement.child("static") && !statement.child("asterisk") ? statement : Node();
}

}  // namespace

Result<void> Relocation::run(Rewriter& rewriter) {
  for (const Type& type : cargo_.types) ARGOSY_TRY_VOID(uses_of(type, rewriter));
  needs(rewriter);
  if (!cargo_.leaves_package()) return {};
  access(rewriter);
  left_behind(rewriter);
  for (const auto& [path, names] : dropped_) {
    const Model& model = *project_.model(path);
    for (const Patch& piece : without_imports(model, names)) {
      if (path == cargo_.home->path)
        inside.push_back(piece);
      else
        rewriter.replace(path, piece.start, piece.end, piece.text);
    }
  }
  return {};
}

Result<void> Relocation::uses_of(const Type& type, Rewriter& rewriter) {
  const std::string name = type.name();
  ARGOSY_TRY(
      Target target,
      find_target(project_, rules_, {.language = "java", .from = name, .to = name, .kind = {}, .paths = {cargo_.home->path}, .force = {}}));
  Resolver resolver(project_, rules_, std::move(target));
  Findings found = SiteSearch(project_, rules_, resolver, name, {}).run();
  if (cargo_.leaves_package()) {
    MentionSearch(project_, rules_, resolver, name, {.strings = force_.strings}).run(found);
    const auto there = types_in(project_, cargo_.package);
    if (const auto taken = there.find(name); taken != there.end())
      rewriter.refuse("name_taken", *taken->second.model, taken->second.node.get("name"));
  }
  if (project_.problem()) return std::unexpected(*project_.problem());
  ARGOSY_TRY_VOID(check_refusals(found.refusals));
  for (const Site& site : found.sites) {
    if (!site.proven) {
      mention(site, rewriter);
      continue;
    }
    const Model& model = *project_.model(site.path);
    const Node token = token_of(model, site);
    ++expected_[name][is_moved(model, token) ? cargo_.to : site.path];
    if (cargo_.leaves_package()) use(type, model, token, rewriter);
  }
  return {};
}

void Relocation::replace(const Model& model, Node node, const std::string& text, Rewriter& rewriter) {
  if (is_moved(model, node))
    inside.push_back({node.start(), node.end(), text});
  else
    rewriter.replace(model, node, text);
}

void Relocation::use(const Type& type, const Model& model, Node token, Rewriter& rewriter) {
  const bool moved = is_moved(model, token), same = model.package == cargo_.package;
  if (!moved && !same && !type.is_public()) return rewriter.refuse("access_lost", model, token);
  if (token.around({"permits"}) && !moved) return rewriter.refuse("access_lost", model, token);
  if (const Node qualifier = qualifier_of(token)) {
    if (const Node statement = single_import(token); statement && same && !moved) {
      dropped_[model.path].push_back({.item = statement, .statement = statement});
      --expected_[type.name()][model.path];
      return;
    }
    return replace(model, qualifier, cargo_.package, rewriter);
  }
  if (moved || same) return;
  const Found found = look_up(model, token, type.name(), Space::type);
  if (found.bindings != nullptr && found.bindings->front().kind == BindingKind::import) return;
  if (imports[model.path].insert({.path = cargo_.package + "." + type.name()}).second) ++expected_[type.name()][model.path];
}

// A string that the user's word lets change: the package before the name, with dots or slashes.
void Relocation::mention(const Site& site, Rewriter& rewriter) {
  if (cargo_.leaves_strings) return;
  const std::string& text = project_.text(site.path)->text;
  const auto before = std::string_view(text).substr(0, site.start);
  for (const auto& [from, to] : {std::pair(cargo_.home->package + ".", cargo_.package + "."),
                                 std::pair(with_slashes(cargo_.home->package) + "/", with_slashes(cargo_.package) + "/")}) {
    if (!before.ends_with(from)) continue;
    const std::size_t at = site.start - from.size();
    if (site.path == cargo_.home->path && (cargo_.whole || (at >= cargo_.start && at < cargo_.end)))
      inside.push_back({at, site.start, to});
    else
      rewriter.replace(site.path, at, site.start, to);
    return;
  }
  rewriter.refuse("name_in_string", site.path, text, site.start);
}

// What the text takes from the package that it leaves, and what its names would mean where it goes.
void Relocation::needs(Rewriter& rewriter) {
  const Model& home = *cargo_.home;
  const auto old = types_in(project_, home.package), fresh = types_in(project_, cargo_.package);
  const auto brings = [&](const std::string& package) { return std::ranges::find(home.star_imports, package) != home.star_imports.end(); };
  for (NodeId id = 0; id < home.tree->size(); ++id) {
    const Node token = home.tree->node(id);
    if (token.is("permits") && token.named() && cargo_.contains(token) && cargo_.leaves_package())
      rewriter.refuse("access_lost", home, token);
    if (token.last_id() != id || !rules_.is_identifier(token) || !cargo_.contains(token) || token.around({"import_declaration"})) continue;
    const Use use = rules_.use(project_, home, token);
    if (use.role != Role::name || !overlap(use.space, Space::type)) continue;
    const std::string name(token.text());
    const Found found = look_up(home, token, name, Space::type);
    const bool sibling = found.bindings != nullptr && found.scope == kRootScope && found.bindings->front().kind == BindingKind::klass;
    if (found.bindings != nullptr && !sibling) continue;
    if (std::ranges::any_of(cargo_.types, [&](const Type& type) { return type.name() == name; })) continue;
    if (const auto hit = old.find(name); hit != old.end()) {
      if (!cargo_.leaves_package()) continue;
      if (!hit->second.is_public()) rewriter.refuse("access_lost", home, token);
      needed.insert({.path = home.package + "." + name});
    } else if (const auto capturing = fresh.find(name); capturing != fresh.end()) {
      const bool meant = brings(cargo_.package) && capturing->second.is_public();
      if (!meant) rewriter.refuse("name_taken", *capturing->second.model, capturing->second.node.get("name"));
    } else if (!is_own_name(Language::java, name)) {
      is_unresolved = true;
    }
  }
  if (!cargo_.whole || !cargo_.leaves_package()) return;
  for (Node statement : imports_of(home)) {
    const auto path = imported_path(statement);
    const auto dot = path.rfind('.');
    const bool single = !statement.child("static") && !statement.child("asterisk") && dot != std::string::npos;
    if (single && path.substr(0, dot) == cargo_.package) dropped_[home.path].push_back({.item = statement, .statement = statement});
  }
}

void Relocation::access(Rewriter& rewriter) {
  const Model& home = *cargo_.home;
  HiddenMembers mine(project_, rules_, cargo_.types);
  std::vector<Type> others;
  for (const Model* unit : units_of(project_, home.package)) {
    mine.look_for(*unit, [&](Node token) { return !is_moved(*unit, token); }, rewriter);
    for (const Type& type : types_of(*unit))
      if (!is_moved(*unit, type.node)) others.push_back(type);
  }
  HiddenMembers theirs(project_, rules_, others);
  theirs.look_for(home, [&](Node token) { return cargo_.contains(token); }, rewriter);
}

// Imports of the old package as a whole, and what describes modules, where nothing or too little of it is left.
void Relocation::left_behind(Rewriter& rewriter) {
  const std::string root = source_root(*cargo_.home);
  const auto stays = [&](const Model* unit) {
    return unit->path.starts_with(root) && (unit != cargo_.home || !cargo_.empties_home()) && !types_of(*unit).empty();
  };
  const bool last = std::ranges::none_of(units_of(project_, cargo_.home->package), stays);
  descriptions(last, rewriter);
  if (!last) return;
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const Model* model = text != nullptr && contains_word(text->text, cargo_.home->package) ? project_.model(path) : nullptr;
    if (model == nullptr) continue;
    for (Node statement : imports_of(*model))
      if (statement.child("asterisk") && !statement.child("static") && imported_path(statement) == cargo_.home->package)
        rewriter.refuse("import_unresolved", *model, statement);
  }
}

void Relocation::descriptions(bool last, Rewriter& rewriter) {
  for (const std::string& path : project_.named("module-info.java")) {
    const Model* model = project_.model(path);
    if (model == nullptr) continue;
    Node old;
    bool fresh = false;
    for (NodeId id = 0; id < model->tree->size(); ++id) {
      const Node directive = model->tree->node(id);
      if (!directive.is_any({"exports_module_directive", "opens_module_directive"})) continue;
      const auto package = directive.get("package").text();
      if (package == cargo_.home->package) old = directive;
      fresh = fresh || package == cargo_.package;
    }
    if (old && (last || !fresh)) rewriter.refuse("access_lost", *model, old);
  }
}

Result<void> Relocation::check(const Project& after) const {
  std::vector<Place> places;
  for (const auto& [name, wanted] : expected_) {
    Resolver resolver(after, rules_, {.name = name, .modules = {cargo_.package}});
    const Findings found = SiteSearch(after, rules_, resolver, name, {}).run();
    ARGOSY_TRY_VOID(check_refusals(found.refusals));
    std::map<std::string, int> actual;
    for (const Site& site : found.sites) ++actual[site.path];
    for (const auto& [path, uses] : wanted)
      if (uses != actual[path]) places.push_back({.path = path, .line = 1, .column = 1, .text = ""});
    for (const auto& [path, uses] : actual)
      if (uses > 0 && !wanted.contains(path)) places.push_back({.path = path, .line = 1, .column = 1, .text = ""});
  }
  if (after.problem()) return std::unexpected(*after.problem());
  if (places.empty()) return {};
  return refuse("import_unresolved", "after the move the name would mean something else, in {}", "move it by hand", places);
}

}  // namespace argosy::code::java
