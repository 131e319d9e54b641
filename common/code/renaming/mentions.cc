#include "common/code/renaming/mentions.h"

#include <algorithm>
#include <array>

#include "common/code/places.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

// Configuration that names code by its dotted path: entry points, factories, services.
constexpr auto kConfiguration =
    std::to_array<std::string_view>({".toml", ".cfg", ".ini", ".json", ".yaml", ".yml", ".xml", ".properties", ".gradle"});

bool ends_with_any(std::string_view path, std::span<const std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

std::vector<std::string_view> parts_of(std::string_view path, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find_first_of(separators, at), path.size());
    if (end > at) parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace

void MentionSearch::run(Findings& found) {
  found_ = &found;
  std::set<std::string> touched;
  for (const Site& site : found.sites) touched.insert(site.path);
  find_offering_modules();
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    if (text == nullptr || !contains_word(text->text, name())) continue;
    if (const Model* model = project_.model(path)) source(*model, touched.contains(path));
  }
  for (const std::string& path : project_.files())
    if (!rules_.language_of(path)) other_file(path);
}

void MentionSearch::find_offering_modules() {
  const auto add = [&](const std::string& module) {
    if (std::string dotted = rules_.dotted_name(project_, module); !dotted.empty()) dotted_.insert(std::move(dotted));
  };
  for (const std::string& home : resolver_.target().modules) add(home);
  if (rules_.has_packages()) return;
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    if (text == nullptr) continue;
    const bool relevant = contains_word(text->text, name()) || text->text.find("import *") != std::string::npos ||
                          text->text.find("export *") != std::string::npos;
    const Model* model = relevant ? project_.model(path) : nullptr;
    if (model != nullptr && resolver_.of_module(rules_.module_of(*model)) == Verdict::ours) add(rules_.module_of(*model));
    if (!relevant) project_.forget(path);
  }
}

void MentionSearch::source(const Model& model, bool touched) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (rules_.is_string(node)) {
      if (contains_word(node.text(), name())) string(model, node);
    } else if (touched && force_.comments && node.kind().ends_with("comment")) {
      comment(model, node);
    }
  }
}

void MentionSearch::string(const Model& model, Node string) {
  const StringUse use = rules_.string_use(model, string);
  if (use.kind == StringUse::path) return;
  if (use.kind == StringUse::documentation) {
    if (force_.comments) comment(model, string);
    return;
  }
  const bool whole = content_of(string.text()) == name();
  for (NodeId id = string.id(); id <= string.last_id(); ++id) {
    const Node piece = model.tree->node(id);
    // Code inside a string has been looked at as code, and a string in that code comes by itself.
    if (id != string.id() && rules_.is_string(piece)) id = piece.last_id();
    if (piece.last_id() != piece.id() || rules_.is_identifier(piece)) continue;
    const auto text = piece.text();
    for (std::size_t at = find_word(text, name()); at != std::string_view::npos; at = find_word(text, name(), at + 1)) {
      const std::size_t start = piece.start() + at;
      const bool ours = is_dotted(text, at) || ((whole || use.kind == StringUse::annotation) && means_symbol(model, string, use));
      if (ours && use.kind == StringUse::exported_name && whole)
        found_->sites.push_back({model.path, start, start + name().size(), std::string(new_name_), 0, true});
      else if (ours)
        report("name_in_string", model.path, start, force_.strings, [&] { return place_at(model.path, *model.tree, start); });
    }
  }
}

bool MentionSearch::means_symbol(const Model& model, Node string, const StringUse& use) {
  switch (use.kind) {
    case StringUse::exported_name:
      return resolver_.of_module(rules_.module_of(model)) == Verdict::ours;
    case StringUse::annotation:
      return resolver_.of_name(model, string, Space::both) != Verdict::other;
    case StringUse::lookup:
      return !use.receiver || resolver_.of_receiver(model, use.receiver) != Verdict::other;
    case StringUse::argument:
      if (resolver_.of_receiver(model, use.receiver) == Verdict::ours) return true;
      [[fallthrough]];
    default:
      return has_computed_lookup(model);
  }
}

// Whether the file looks names up in a module that offers the symbol, by strings that are not written there.
bool MentionSearch::has_computed_lookup(const Model& model) {
  for (const Node receiver : rules_.computed_lookups(model)) {
    const Verdict verdict = receiver ? resolver_.of_receiver(model, receiver) : resolver_.of_module(rules_.module_of(model));
    if (verdict == Verdict::ours) return true;
  }
  return false;
}

// Whether what stands before the name is the path of a module that offers it, or the end of such a path.
bool MentionSearch::is_dotted(std::string_view text, std::size_t at) const {
  const auto separates = [&](char c) { return rules_.separators().contains(c); };
  std::size_t start = at;
  while (start > 0 && (separates(text[start - 1]) || std::isalnum(static_cast<unsigned char>(text[start - 1])) || text[start - 1] == '_'))
    --start;
  if (start == at || !separates(text[at - 1])) return false;
  const auto written = parts_of(text.substr(start, at - start), rules_.separators());
  return std::ranges::any_of(dotted_, [&](const std::string& dotted) {
    const auto parts = parts_of(dotted, rules_.separators());
    const std::size_t common = std::min(parts.size(), written.size());
    return common > 0 &&
           std::equal(parts.end() - static_cast<std::ptrdiff_t>(common), parts.end(), written.end() - static_cast<std::ptrdiff_t>(common));
  });
}

void MentionSearch::comment(const Model& model, Node comment) {
  const auto text = comment.text();
  for (std::size_t at = find_word(text, name()); at != std::string_view::npos; at = find_word(text, name(), at + 1)) {
    const std::size_t start = comment.start() + at;
    found_->sites.push_back({model.path, start, start + name().size(), std::string(new_name_), 0, false});
  }
}

void MentionSearch::other_file(const std::string& path) {
  const bool unreadable = ends_with_any(path, rules_.unreadable_extensions());
  if (!unreadable && !ends_with_any(path, kConfiguration) && path.find("META-INF/services/") == std::string::npos) return;
  const Decoded* decoded = project_.text(path);
  if (decoded == nullptr) return;
  const std::string_view text = decoded->text;
  const std::size_t known = found_->refusals.size();
  for (std::size_t at = find_word(text, name(), 0, unreadable); at != std::string_view::npos;
       at = find_word(text, name(), at + 1, unreadable)) {
    const auto place = [&] { return place_at(path, text, at); };
    if (unreadable)
      report("language_unsupported", path, at, false, place);
    else if (is_dotted(text, at))
      report("name_in_string", path, at, force_.strings, place);
    // More of one file than are told say nothing new, and each is looked for from the file's beginning.
    if (found_->refusals.size() > known + kMaxPlaces) break;
  }
  if (const auto at = find_word(path, name());
      path.find("META-INF/services/") != std::string::npos && at != std::string::npos && is_dotted(path, at))
    report("name_in_string", path, 0, false, [&] { return place_at(path, text, 0); });
  project_.forget(path);
}

void MentionSearch::report(std::string code, const std::string& path, std::size_t at, bool forced, const std::function<Place()>& place) {
  if (forced)
    found_->sites.push_back({path, at, at + name().size(), std::string(new_name_), 0, false});
  else
    found_->refusals.push_back({std::move(code), place()});
}

}  // namespace argosy::code
