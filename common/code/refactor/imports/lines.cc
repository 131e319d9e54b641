#include "common/code/refactor/imports/lines.h"

#include <algorithm>

#include "common/code/languages/ecmascript/ecmascript.h"
#include "common/code/refactor/imports/known_names.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

std::size_t line_start(std::string_view text, std::size_t at) { return at == 0 ? 0 : text.rfind('\n', at - 1) + 1; }

// Behind the line's end.
std::size_t line_end(std::string_view text, std::size_t at) {
  const auto end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool is_comment(Node node) { return node.kind().ends_with("comment") || node.is("hash_bang_line"); }

bool is_blank(std::string_view text, std::size_t from, std::size_t to) { return text::trim(text.substr(from, to - from)).empty(); }

// The module that a statement at the root loads; empty when it is no import.
std::string module_of(const Model& model, Node statement, bool common_js) {
  const auto kind = statement.kind();
  if (kind == "future_import_statement") return "__future__";
  if (kind == "import_from_statement") return std::string(statement.get("module_name").text());
  if (kind == "import_statement" && model.tree->language() == Language::python) {
    const Node first = statement.get("name");
    return std::string((first.is("aliased_import") ? first.get("name") : first).text());
  }
  if (kind == "import_statement") return std::string(content_of(statement.get("source").text()));
  if (kind == "import_declaration") {
    const Node path = statement.child("scoped_identifier");
    return std::string(path.text()) + (statement.child("asterisk") ? ".*" : "");
  }
  if (!common_js || !statement.is_any({"lexical_declaration", "variable_declaration", "expression_statement"})) return {};
  const Node call = statement.is("expression_statement") ? statement.named_child(0) : statement.child("variable_declarator").get("value");
  const auto loaded = call ? loaded_module(model, call) : std::nullopt;
  return loaded ? std::string(*loaded) : "";
}

bool same_order(const ImportOrder& a, const ImportOrder& b) { return a.category == b.category && a.form == b.form; }

std::size_t common_parts(std::string_view a, std::string_view b) {
  const auto left = text::split(a, '.'), right = text::split(b, '.');
  std::size_t n = 0;
  while (n < left.size() && n < right.size() && left[n] == right[n]) ++n;
  return n;
}

// Lines with no empty line between them.
std::vector<std::vector<const RootImport*>> blocks_of(std::string_view text, const std::vector<RootImport>& lines) {
  std::vector<std::vector<const RootImport*>> blocks;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool apart = i == 0 ||
                       !text::trim(text.substr(lines[i - 1].end, std::max(lines[i].start, lines[i - 1].end) - lines[i - 1].end)).empty() ||
                       lines[i].start > lines[i - 1].end;
    if (apart) blocks.emplace_back();
    blocks.back().push_back(&lines[i]);
  }
  return blocks;
}

// The end of what must stay on top: comments, a docstring, "use strict", the package.
ImportSlot top_of(const Model& model) {
  const std::string_view text = model.tree->text();
  std::size_t at = 0;
  Node next;
  for (Node child : model.tree->root().children()) {
    const std::size_t end = line_end(text, child.end() == 0 ? 0 : child.end() - 1);
    const bool text_alone = child.is("expression_statement") && child.named_child(0).is("string");
    if (text_alone || child.is("package_declaration")) {
      at = end;
      next = {};
      continue;
    }
    next = child;
    if (!is_comment(child)) break;
    // A comment right above code belongs to it, but for the lines that must be first.
    const std::size_t after = line_end(text, end);
    const bool marked = child.text().starts_with("#!") || child.text().find("coding") != std::string_view::npos;
    const bool alone = end >= text.size() || is_blank(text, end, after) || marked;
    if (alone) at = end;
  }
  const bool definition = next.is_any({"function_definition", "class_definition", "decorated_definition"});
  return {.at = at, .empty_before = at == 0 ? 0 : 1, .empty_after = !next || is_comment(next) || !definition ? 1 : 2};
}

}  // namespace

ImportOrder order_of(const Project& project, const Rules& rules, const Model& model, std::string_view module, bool from) {
  switch (model.tree->language()) {
    case Language::python: {
      const int category = module == "__future__"                                 ? 0
                           : module.starts_with('.')                              ? 4
                           : is_standard_module(module)                           ? 1
                           : !project.resolve(model, std::string(module)).empty() ? 3
                                                                                  : 2;
      return {category, from ? 1 : 0, std::string(module)};
    }
    case Language::java:
      return {from ? 1 : 0, 0, std::string(module)};
    default:
      (void)rules;
      const int category = module.starts_with('.')                                                           ? 2
                           : module.starts_with("@/") || module.starts_with("~/") || module.starts_with('#') ? 1
                                                                                                             : 0;
      return {category, 0, std::string(module)};
  }
}

std::vector<RootImport> root_imports(const Project& project, const Rules& rules, const Model& model, bool common_js) {
  const std::string_view text = model.tree->text();
  std::vector<RootImport> lines;
  std::size_t comments = std::string_view::npos;  // where those right above begin
  std::size_t last_comment_end = 0;
  for (Node child : model.tree->root().children()) {
    if (child.is_any({"function_definition", "class_definition", "decorated_definition"})) break;
    if (is_comment(child)) {
      const bool own_line = is_blank(text, line_start(text, child.start()), child.start());
      if (!own_line) continue;
      if (comments == std::string_view::npos || line_start(text, child.start()) != last_comment_end)
        comments = line_start(text, child.start());
      last_comment_end = line_end(text, child.end() - 1);
      continue;
    }
    const std::string module = module_of(model, child, common_js);
    if (!module.empty()) {
      RootImport line{.statement = child, .order = {}, .start = line_start(text, child.start()), .end = line_end(text, child.end() - 1)};
      const bool from = child.is("import_from_statement") || (child.is("import_declaration") && child.child("static"));
      line.order = order_of(project, rules, model, module, from);
      if (comments != std::string_view::npos && last_comment_end == line.start && !lines.empty()) line.start = comments;
      lines.push_back(std::move(line));
    }
    comments = std::string_view::npos;
  }
  return lines;
}

ImportSlot slot_for(const Model& model, const std::vector<RootImport>& lines, const ImportOrder& order) {
  if (lines.empty()) return top_of(model);
  const auto blocks = blocks_of(model.tree->text(), lines);
  // The block that holds imports like this one; of several, the one that is nearest by name.
  const std::vector<const RootImport*>* home = nullptr;
  std::size_t nearest = 0;
  for (const auto& block : blocks) {
    std::size_t shared = 0;
    bool fits = false;
    for (const RootImport* line : block) {
      if (line->order.category != order.category) continue;
      fits = true;
      shared = std::max(shared, common_parts(line->order.key, order.key));
    }
    if (!fits || (home != nullptr && shared < nearest)) continue;
    home = &block;
    nearest = shared;
  }
  if (home != nullptr) {
    std::vector<const RootImport*> like;
    for (const RootImport* line : *home)
      if (same_order(line->order, order)) like.push_back(line);
    // Of the other form only: `import` stands before `from`.
    if (like.empty()) {
      for (const RootImport* line : *home)
        if (line->order.category == order.category) like.push_back(line);
      return {.at = like.front()->order.form > order.form ? like.front()->start : like.back()->end};
    }
    const auto before = [](const std::string& a, const std::string& b) {
      return std::ranges::lexicographical_compare(
          a, b, {}, [](char c) { return std::tolower(static_cast<unsigned char>(c)); },
          [](char c) { return std::tolower(static_cast<unsigned char>(c)); });
    };
    const bool sorted =
        std::ranges::is_sorted(like, [&](const RootImport* a, const RootImport* b) { return before(a->order.key, b->order.key); });
    for (const RootImport* line : like)
      if (sorted && before(order.key, line->order.key)) return {.at = line->start};
    return {.at = like.back()->end};
  }
  // A category of its own: apart from the others where they are apart, as they are where there is only one.
  std::size_t categories = 1;
  for (std::size_t i = 1; i < lines.size(); ++i) categories += lines[i].order.category != lines[i - 1].order.category ? 1 : 0;
  const bool script = model.tree->language() != Language::python && model.tree->language() != Language::java;
  const int apart = blocks.size() > 1 || (categories == 1 && !script) ? 1 : 0;
  for (const RootImport& line : lines)
    if (line.order.category > order.category) return {.at = line.start, .empty_before = 0, .empty_after = apart};
  return {.at = lines.back().end, .empty_before = apart, .empty_after = 0};
}

}  // namespace argosy::code
