#include "common/code/renaming/sites.h"

#include <algorithm>
#include <tuple>

#include "common/code/places.h"
#include "common/code/renaming/walks.h"

namespace argosy::code {

Findings SiteSearch::run() {
  each_source_with(project_, name(), found_.refusals, [&](const Model& model) { source(model); });
  std::ranges::sort(found_.sites, {}, [](const Site& site) { return std::tie(site.path, site.start); });
  return std::move(found_);
}

void SiteSearch::source(const Model& model) {
  for (auto& [node, text] : rules_.followers(model, resolver_.target(), new_name_))
    found_.sites.push_back({model.path, node.start(), node.end(), std::move(text), 0, false});
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (node.kind().ends_with("comment")) directive(model, node);
    if (node.last_id() == id && rules_.is_identifier(node) && node.text() == name()) identifier(model, node);
  }
}

// What a compiler reads in a comment is neither proven nor to be left alone.
void SiteSearch::directive(const Model& model, Node comment) {
  if (rules_.is_directive(comment) && contains_word(comment.text(), name())) refuse("name_in_string", model, comment);
}

void SiteSearch::identifier(const Model& model, Node node) {
  if (!model.tree->clean_around(node)) return refuse("syntax_broken", model, node);
  const Use use = rules_.use(project_, model, node);
  switch (use.role) {
    case Role::import_name:
      return imported(model, node, use);
    case Role::shorthand:
    case Role::destructured:
      return keyed(model, node, use);
    default:
      return decide(model, node, use, resolver_.of(model, node, use));
  }
}

// The name in an import stands for what is imported and, without an alias, for the variable too.
void SiteSearch::imported(const Model& model, Node node, const Use& use) {
  const Verdict taken = resolver_.of(model, node, use);
  if (!model.bound_at.contains(node.id()) || taken == Verdict::unsure) return decide(model, node, use, taken);
  const Verdict variable = resolver_.of_name(model, node, Space::both);
  if (taken == variable) return decide(model, node, use, taken);
  // A fallback for the symbol, from elsewhere: it keeps its own name and binds the new one.
  if (variable == Verdict::ours && taken == Verdict::other && !rules_.import_alias().empty())
    return replace(model, node, name() + std::string(rules_.import_alias()));
  refuse("symbol_ambiguous", model, node);
}

// { name } is the variable and a key at once.
void SiteSearch::keyed(const Model& model, Node node, const Use& use) {
  const Verdict variable = resolver_.of_name(model, node, use.space);
  const Verdict key = use.object ? resolver_.of_receiver(model, use.object) : Verdict::other;
  const bool ours = variable == Verdict::ours, key_ours = key == Verdict::ours;
  if ((ours || variable == Verdict::other) && (key_ours || key == Verdict::other)) {
    if (ours && key_ours) return replace(model, node);
    // An object is written { key: variable }, a pattern too.
    if (ours) return replace(model, node, name() + ": ");
    if (key_ours) return replace(model, node, "", ": " + name());
    return;
  }
  if (key == Verdict::unsure && force_.attributes && use.role == Role::destructured) return replace(model, node, "", ": " + name(), false);
  refuse(key == Verdict::unsure ? "receiver_unresolved" : "symbol_ambiguous", model, node);
}

void SiteSearch::decide(const Model& model, Node node, const Use& use, Verdict verdict) {
  const bool receiver = use.role == Role::member || use.role == Role::unsure || use.role == Role::import_name || use.doubtful;
  switch (verdict) {
    case Verdict::other:
      return;
    case Verdict::ours:
      return replace(model, node);
    case Verdict::mixed:
      return refuse("symbol_ambiguous", model, node);
    case Verdict::unsure:
      if (receiver && force_.attributes) return replace(model, node, {}, {}, false);
      return refuse(receiver ? "receiver_unresolved" : "symbol_ambiguous", model, node);
  }
}

void SiteSearch::replace(const Model& model, Node node, std::string before, std::string after, bool proven) {
  const std::size_t name_at = before.size();
  found_.sites.push_back(
      {model.path, node.start(), node.end(), std::move(before) + std::string(new_name_) + std::move(after), name_at, proven});
}

void SiteSearch::refuse(std::string code, const Model& model, Node node) {
  found_.refusals.push_back({std::move(code), place_at(model.path, *model.tree, node.start())});
}

}  // namespace argosy::code
