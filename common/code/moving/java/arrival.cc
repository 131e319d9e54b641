#include "common/code/moving/java/arrival.h"

#include <algorithm>

#include "common/code/places.h"
#include "common/core/text.h"

namespace argosy::code::java {
namespace {

std::size_t start_of_line(std::string_view text, std::size_t at) { return at == 0 ? 0 : text.rfind('\n', at - 1) + 1; }

std::size_t behind_line(std::string_view text, std::size_t at) {
  const auto end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool is_comment(Node node) { return node.is_any({"line_comment", "block_comment"}); }

bool is_same_import(const Import& a, const Import& b) { return a.module == b.module && a.name == b.name; }

std::set<NewImport> stars_of(const Model& model) {
  std::set<NewImport> out;
  for (Node statement : imports_of(model))
    if (statement.child("asterisk")) out.insert({imported_path(statement) + ".*", static_cast<bool>(statement.child("static"))});
  return out;
}

}  // namespace

Result<void> find_text(Cargo& cargo) {
  const Node node = cargo.types.front().node;
  const std::string& text = cargo.home->tree->text();
  const Place place = place_at(cargo.home->path, text, node.start());
  Node first = node;
  for (Node before = first.previous(); is_comment(before); before = first.previous()) {
    // Right above, on lines of its own: a comment behind other code is that code's.
    const auto between = std::string_view(text).substr(before.end(), first.start() - before.end());
    const std::size_t line = start_of_line(text, before.start());
    const bool own_line = text::trim(std::string_view(text).substr(line, before.start() - line)).empty();
    if (std::ranges::count(between, '\n') > 1 || !own_line) break;
    first = before;
  }
  cargo.start = start_of_line(text, first.start());
  cargo.end = behind_line(text, node.end());
  const auto before = std::string_view(text).substr(cargo.start, first.start() - cargo.start);
  const auto behind = text::trim(std::string_view(text).substr(node.end(), cargo.end - node.end()));
  if (!text::trim(before).empty() || !(behind.empty() || behind.starts_with("//")))
    return refuse("symbol_ambiguous", "the type shares lines with other code, in {}", "give it lines of its own", {place});
  for (const Type& type : types_of(*cargo.home))
    if (has_modifier(type.node, "sealed") && !type.node.get("permits") && !type.node.child("permits"))
      return refuse("access_lost", "a sealed type counts on what lies in its file, in {}", "give it a list of what it permits",
                    {place_at(cargo.home->path, text, type.node.start())});
  return {};
}

void Arrival::run(Rewriter& rewriter) {
  const Tree& tree = *cargo_.home->tree;
  for (NodeId id = 0; id < tree.size(); ++id)
    if (const Node node = tree.node(id); node.last_id() == id && rules_.is_identifier(node) && cargo_.contains(node))
      words_.insert(node.text());
  bring(rewriter);
  if (target_ != nullptr) check_target(rewriter);
  leave(rewriter);
}

// Imports of the home that the text may use.
void Arrival::bring(Rewriter& rewriter) {
  const std::string own = cargo_.home->package + "." + cargo_.types.front().name();
  brought_ = relocation_.needed;
  for (Node statement : imports_of(*cargo_.home)) {
    NewImport one{imported_path(statement), static_cast<bool>(statement.child("static"))};
    if (statement.child("asterisk")) {
      const bool of_itself = one.path == cargo_.package && !one.is_static;
      if (!of_itself && (one.is_static || relocation_.is_unresolved)) brought_.insert({one.path + ".*", one.is_static});
      continue;
    }
    const std::string name = name_of(one);
    if (!words_.contains(name)) continue;
    // What it says about itself it would say of its old package.
    if (one.path == own || one.path.starts_with(own + ".")) {
      rewriter.refuse("import_unresolved", *cargo_.home, statement);
    } else if (one.is_static || one.path != cargo_.package + "." + name) {
      brought_.insert(one);
    }
  }
}

// Each name of the text must mean in the new file what it meant, and none that comes with it may mean something there already.
void Arrival::check_target(Rewriter& rewriter) {
  const Model& home = *cargo_.home;
  const auto& root = target_->scopes[kRootScope].variables;
  for (const auto& [name, bindings] : root) {
    if (!words_.contains(name) || name == cargo_.types.front().name()) continue;
    const auto* own = home.find(kRootScope, name);
    const bool imported = own != nullptr && own->front().kind == BindingKind::import;
    for (const Binding& binding : bindings) {
      const bool import = binding.kind == BindingKind::import;
      const Import there = import ? *binding.import : Import{cargo_.package, std::string(name)};
      const bool same = imported ? is_same_import(*own->front().import, there)
                                 : relocation_.needed.contains({there.module + "." + there.name}) || (!import && !cargo_.leaves_package());
      if (!same) rewriter.refuse("name_taken", *target_, binding.name);
    }
  }
  for (const NewImport& one : brought_) {
    const std::string name = name_of(one);
    if (name.empty() || root.contains(name)) continue;
    for (NodeId id = 0; id < target_->tree->size(); ++id)
      if (const Node node = target_->tree->node(id); node.last_id() == id && rules_.is_identifier(node) && node.text() == name)
        rewriter.refuse("name_taken", *target_, node);
  }
  check_stars(rewriter);
}

// Where imports of everything decide, both files must have the same.
void Arrival::check_stars(Rewriter& rewriter) {
  const auto old = stars_of(*cargo_.home), there = stars_of(*target_);
  const auto is_static = [](const NewImport& one) { return one.is_static; };
  const bool matter = relocation_.is_unresolved || std::ranges::any_of(old, is_static) || std::ranges::any_of(there, is_static);
  if (matter && old != there) rewriter.refuse("import_unresolved", *cargo_.home, cargo_.types.front().node);
}

// The text goes, with the empty lines behind it or, at the end of the file, those above it.
void Arrival::leave(Rewriter& rewriter) const {
  if (cargo_.empties_home()) return;
  const std::string& text = cargo_.home->tree->text();
  const auto is_break = [](char c) { return c == '\n' || c == '\r'; };
  std::size_t start = cargo_.start, end = cargo_.end;
  while (end < text.size() && is_break(text[end])) ++end;
  if (end == text.size()) {
    while (start > 0 && is_break(text[start - 1])) --start;
    start = behind_line(text, start);
  }
  rewriter.replace(cargo_.home->path, start, end, "");
}

std::string Arrival::block() const {
  const std::string& text = cargo_.home->tree->text();
  std::vector<Patch> pieces;
  for (Patch piece : relocation_.inside) {
    piece.start -= cargo_.start;
    piece.end -= cargo_.start;
    pieces.push_back(std::move(piece));
  }
  std::string out = rewritten(std::string_view(text).substr(cargo_.start, cargo_.end - cargo_.start), std::move(pieces));
  return out.ends_with('\n') ? out : out + "\n";
}

// A new file begins as its home does: what stands above the package is the licence.
std::string Arrival::created() const {
  const std::string& text = cargo_.home->tree->text();
  const Node package = cargo_.home->tree->root().child("package_declaration");
  if (!package) return block();
  const std::string end(line_end_of(text));
  return text.substr(0, package.start()) + "package " + cargo_.package + ";" + end + end + block();
}

Result<void> Arrival::write(const SourceTree& tree, const Project& project, Edit& edit) const {
  ARGOSY_TRY(Decoded source, changed_text(tree, edit, target_ == nullptr ? cargo_.home->path : cargo_.to));
  if (target_ == nullptr) {
    source.text = created();
  } else {
    const std::string end(line_end_of(source.text));
    if (!source.text.ends_with('\n')) source.text += end;
    source.text += end + with_line_ends(block(), end);
  }
  ARGOSY_TRY(source.text, with_imports(project, rules_, cargo_.to, std::move(source.text), brought_));
  ARGOSY_TRY_VOID(put(cargo_.to, source, edit));
  if (cargo_.empties_home()) edit.files[cargo_.home->path] = std::nullopt;
  return {};
}

}  // namespace argosy::code::java
