#include "common/code/renaming/paths/paths.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "common/code/binding/values.h"
#include "common/code/languages/rust/rust.h"
#include "common/code/places.h"
#include "common/code/renaming/checks.h"
#include "common/code/renaming/outcome.h"
#include "common/code/renaming/paths/items.h"
#include "common/code/renaming/walks.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

using paths::Item, paths::Modules, paths::Thing, paths::Things;

// Reads the whole workspace once for one name.
class ItemSearch {
 public:
  ItemSearch(const Project& project, const Rules& rules, Item item, std::string new_name, Force force)
      : project_(project), rules_(rules), modules_(project), item_(std::move(item)), new_name_(std::move(new_name)), force_(force) {}

  Findings run() {
    each_source_with(project_, item_.name, found_.refusals, [&](const Model& model) { source(model); });
    std::ranges::sort(found_.sites, {}, [](const Site& site) { return std::tie(site.path, site.start); });
    return std::move(found_);
  }

 private:
  void source(const Model& model) {
    for (NodeId id = 0; id < model.tree->size(); ++id) {
      const Node node = model.tree->node(id);
      if (node.last_id() == id && rules_.is_identifier(node) && node.text() == item_.name) identifier(model, node);
      if (rules_.is_string(node) && node.text().contains(item_.name)) string(model, node);
      if (force_.comments && node.kind().ends_with("comment") && contains_word(node.text(), item_.name)) comment(model, node);
    }
  }

  void identifier(const Model& model, Node node) {
    const Node parent = node.parent();
    if (parent.is_any({"label", "lifetime", "attribute", "use_as_clause"}) && node.field() != "path") return;
    if (parent.is_any({"enum_variant", "mod_item", "extern_crate_declaration"}) && node.field() == "name") return;
    if (paths::is_declaration(node)) {
      if (!parent.around({"block", "impl_item", "trait_item"}) && modules_.module_of(model, parent) == item_.module && item_.has(parent))
        replace(model, node);
      return;
    }
    const bool called = parent.is_any({"token_tree", "token_tree_pattern"}) && node.next().is("!");
    const bool call_of_macro = called || node.field() == "macro" || (parent.field() == "macro" && node.field() == "name");
    if (node.around({"attribute_item", "inner_attribute_item"})) return in_attribute(model, node);
    // Macros have names of their own, and mostly no path.
    if (call_of_macro != item_.macro && !node.around({"use_declaration"})) return;
    if (item_.macro && call_of_macro && node.field() == "macro") return replace(model, node);
    if (parent.is_any({"token_tree", "token_tree_pattern"})) return token(model, node);
    plain(model, node, paths::path_to(node));
  }

  // Of a path or a name that stands in code.
  void plain(const Model& model, Node node, std::vector<std::string> path) {
    // name::other leads through a module or a type.
    if (!item_.type && paths::leads_on(node)) return;
    if (!model.tree->clean_around(node)) return refuse("syntax_broken", model, node);
    if (path.size() == 1 && !node.around({"use_declaration"})) {
      const Space space = item_.type ? (item_.value ? Space::both : Space::type) : Space::value;
      const Found hit = code::look_up(model, node, item_.name, space);
      if (hit.bindings != nullptr && hit.scope != kRootScope) {
        // A pattern compares with a constant of that name.
        const bool pattern = item_.constant && hit.bindings->front().kind == BindingKind::variable;
        return pattern && means(model, node, path) == Verdict::ours ? refuse("symbol_ambiguous", model, node) : void();
      }
      if (const auto brought = by_block(model, node)) path = *brought;
    }
    decide(model, node, means(model, node, path));
  }

  // use a::name; inside of a function. An empty path, which nobody knows, where a star there may bring something else of the name.
  std::optional<std::vector<std::string>> by_block(const Model& model, Node node) const {
    std::optional<std::vector<std::string>> brought;
    bool veiled = false;
    for (Node block = node.around({"block"}); block && !brought; block = block.around({"block"})) {
      std::vector<paths::Taken> stars;
      for (const Node child : block.children())
        if (child.is("use_declaration"))
          for (paths::Taken& taken : paths::taken_by(child)) {
            if (taken.as == item_.name) brought = std::move(taken.path);
            if (taken.as == "*") stars.push_back(std::move(taken));
          }
      for (auto star = stars.begin(); star != stars.end() && !brought; ++star) {
        auto path = star->path;
        path.push_back(item_.name);
        for (const Thing& thing : modules_.find(modules_.module_of(model, node), path)) {
          if (thing.kind == Thing::item || thing.kind == Thing::module) brought = path;
          veiled = veiled || thing.kind == Thing::unknown || (thing.kind == Thing::member && may_bring(model, node, star->path));
        }
      }
    }
    const bool unsure = veiled && means(model, node, brought ? *brought : std::vector{item_.name}) != Verdict::other;
    return unsure ? std::vector<std::string>() : brought;
  }

  // Whether a star of that type may bring the name: not of an enum that has no such variant.
  bool may_bring(const Model& model, Node node, const std::vector<std::string>& type) const {
    for (const Thing& thing : modules_.find(modules_.module_of(model, node), type)) {
      const Model* home = thing.kind == Thing::item ? project_.model(thing.where.file) : nullptr;
      bool lacks = false;
      for (NodeId id = 0; home != nullptr && id < home->tree->size(); ++id) {
        const Node item = home->tree->node(id);
        const bool variant = item.is("enum_variant") && item.get("name").text() == item_.name;
        if (variant && item.around({"enum_item"}).get("name").text() == thing.name) return true;
        lacks = lacks || (item.is("enum_item") && item.get("name").text() == thing.name && modules_.module_of(*home, item) == thing.where);
      }
      if (!lacks) return true;
    }
    return false;
  }

  Verdict means(const Model& model, Node node, const std::vector<std::string>& path) const {
    bool ours = false, other = false;
    for (const Thing& thing : modules_.find(modules_.module_of(model, node), path)) {
      if (thing.kind == Thing::unknown) return Verdict::unsure;
      if (thing.kind == Thing::module && !item_.type) continue;  // a world of its own
      (thing.kind == Thing::item && thing.where == item_.module ? ours : other) = true;
    }
    return ours && other ? Verdict::mixed : ours ? Verdict::ours : Verdict::other;
  }

  void decide(const Model& model, Node node, Verdict verdict) {
    if (verdict == Verdict::ours) {
      // S { name } is a field and what it gets.
      const bool shorthand = node.parent().is("shorthand_field_initializer");
      return replace(model, node, shorthand ? item_.name + ": " : "");
    }
    if (verdict == Verdict::other) return;
    if (force_.attributes) return replace(model, node, "", false);
    refuse(verdict == Verdict::mixed ? "symbol_ambiguous" : "receiver_unresolved", model, node);
  }

  // Between the brackets of a macro.
  void token(const Model& model, Node node) {
    if (item_.macro) return replace(model, node);
    const rust::Word word = rust::word_in(node);
    if (word.kind == rust::Word::member) return;
    if (word.kind == rust::Word::beyond) return decide(model, node, Verdict::unsure);
    std::vector<std::string> path(word.path.begin(), word.path.end());
    if (path == std::vector<std::string>{""}) path = {"<"};
    path.push_back(item_.name);
    const Node definition = node.around({"macro_definition"});
    const bool rooted = path.front() == "$crate" || path.front() == "crate";
    if (path.size() == 1) {
      const Found hit = code::look_up(model, node, item_.name, item_.type && !item_.value ? Space::type : Space::value);
      if (hit.bindings != nullptr && hit.scope != kRootScope) return;
      if (const auto brought = by_block(model, node)) path = *brought;
    }
    const Verdict verdict = means(model, node, path);
    if (verdict == Verdict::other) return;
    const bool read = rooted || (!definition && rust::reading_of(project_, node) != rust::Reading::any);
    if (word.kind == rust::Word::unsure || !read) return decide(model, node, Verdict::unsure);
    decide(model, node, verdict);
  }

  // #[derive(Name)] is a macro of that name; paths in other attributes are read by whoever reads the attribute.
  void in_attribute(const Model& model, Node node) {
    const Node attribute = node.around({"attribute"});
    const bool own = attribute.named_child(0).text() == "derive" || attribute.named_child(0).text() == "doc" ||
                     attribute.named_child(0).text() == "cfg" || attribute.named_child(0) == node;
    if (!own && means(model, node, {item_.name}) != Verdict::other) refuse("receiver_unresolved", model, node);
  }

  void string(const Model& model, Node node) {
    if (captured(model, node) || !node.around({"attribute"}) || node.around({"attribute"}).named_child(0).text() == "doc") return;
    const auto text = node.text();
    // #[serde(default = "path::name")]
    if (text.substr(1, text.size() - 2) != item_.name && !text.contains("::" + item_.name)) return;
    if (means(model, node, {item_.name}) == Verdict::other && !text.contains("::")) return;
    const std::size_t at = find_word(text, item_.name);
    if (at != std::string_view::npos) in_string(model, node.start() + at);
  }

  // Whether the text takes a variable of the name: "{NAME}".
  bool captured(const Model& model, Node node) {
    const rust::Captures captures = rust::captures(project_, node, item_.name);
    const Found hit = code::look_up(model, node, item_.name, Space::value);
    if (captures.at.empty() || !item_.value || hit.bindings != nullptr) return !captures.at.empty();
    const auto brought = by_block(model, node);
    const Verdict verdict = means(model, node, brought ? *brought : std::vector{item_.name});
    for (const std::uint32_t at : captures.at)
      if (verdict == Verdict::ours && captures.sure)
        put(model, at, new_name_, 0, true);
      else if (verdict != Verdict::other && (item_.constant || !node.around({"attribute"})))
        in_string(model, at);
    return true;
  }

  void in_string(const Model& model, std::size_t at) {
    if (force_.strings)
      put(model, at, new_name_, 0, false);
    else
      found_.refusals.push_back({"name_in_string", place_at(model.path, *model.tree, at)});
  }

  void comment(const Model& model, Node node) {
    const auto text = node.text();
    for (std::size_t at = find_word(text, item_.name); at != std::string_view::npos; at = find_word(text, item_.name, at + 1))
      put(model, node.start() + at, new_name_, 0, false);
  }

  void replace(const Model& model, Node node, const std::string& before = "", bool proven = true) {
    put(model, node.start(), before + new_name_, before.size(), proven);
  }
  void put(const Model& model, std::size_t at, std::string text, std::size_t name_at, bool proven) {
    found_.sites.push_back({model.path, at, at + item_.name.size(), std::move(text), name_at, proven});
  }
  void refuse(std::string code, const Model& model, Node node) {
    found_.refusals.push_back({std::move(code), place_at(model.path, *model.tree, node.start())});
  }

  const Project& project_;
  const Rules& rules_;
  mutable Modules modules_;
  Item item_;
  std::string new_name_;
  Force force_;
  Findings found_;
};

// name_taken: in the changed workspace the new name must mean the item where it was written, and nowhere else.
Result<void> check_item_meaning(const Project& after, const Rules& rules, Item item, const std::string& to, const Findings& before) {
  item.name = to;
  const Findings back = ItemSearch(after, rules, std::move(item), to, {}).run();
  if (after.problem()) return std::unexpected(*after.problem());
  std::set<std::pair<std::string, std::size_t>> expected, actual;
  std::map<std::string, std::size_t> grown;
  for (const Site& site : before.sites) {
    if (site.proven) expected.emplace(site.path, site.start + site.name_at + grown[site.path]);
    grown[site.path] += site.text.size() - (site.end - site.start);
  }
  for (const Site& site : back.sites) actual.emplace(site.path, site.start);
  std::vector<std::pair<std::string, std::size_t>> differing;
  std::ranges::set_symmetric_difference(expected, actual, std::back_inserter(differing));
  std::vector<Place> places;
  for (const auto& [path, at] : differing) places.push_back(place_at(path, after.text(path)->text, at));
  for (const Refusal& refusal : back.refusals)
    if (refusal.code == "symbol_ambiguous") places.push_back(refusal.place);
  if (places.empty()) return {};
  return refuse("name_taken", "after the rename \"" + to + "\" would mean something else in {}", "choose another name", places);
}

}  // namespace

Result<Edit> rename_item(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request) {
  Project project(tree, rules);
  ARGOSY_TRY_VOID(project.load());
  auto item = paths::find_item(project, request);
  if (project.problem()) return std::unexpected(*project.problem());
  if (!item) return std::unexpected(std::move(item.error()));
  ARGOSY_TRY_VOID(paths::check_new_name(project, *item, request.to));
  const Findings found = ItemSearch(project, rules, *item, request.to, force_of(request)).run();
  if (project.problem()) return std::unexpected(*project.problem());
  ARGOSY_TRY_VOID(check_refusals(found.refusals));
  ARGOSY_TRY(Edit edit, write_sites(project, found.sites));
  ARGOSY_TRY_VOID(check_changed(tree, rules, project, edit, [&](const Project& after) {
    return check_item_meaning(after, rules, *std::move(item), request.to, found);
  }));
  return edit;
}

}  // namespace argosy::code
