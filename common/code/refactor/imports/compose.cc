#include "common/code/refactor/imports/compose.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::code {
namespace {

std::string with_alias(const std::string& what, const tasks::ImportSpec& spec, std::string_view as) {
  return spec.alias.empty() || spec.alias == spec.name ? what : what + std::string(as) + spec.alias;
}

// The quote that most strings of the file have, and whether its statements end with semicolons.
struct ScriptStyle {
  char quote = '"';
  bool semicolons = true;
};

ScriptStyle style_of(const Model& model) {
  int single = 0, quoted = 0, closed = 0, open = 0;
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (node.is("string") && !node.parent().is("jsx_attribute")) {
      ++quoted;
      single += node.text().starts_with('\'') ? 1 : 0;
    }
    if (node.is_any({"import_statement", "expression_statement", "lexical_declaration", "return_statement"}))
      ++(node.text().ends_with(';') ? closed : open);
  }
  return {.quote = 2 * single > quoted ? '\'' : '"', .semicolons = closed >= open};
}

std::string script_statement(const Model& model, const tasks::ImportSpec& spec, bool common_js) {
  const ScriptStyle style = style_of(model);
  const std::string module = style.quote + spec.module + style.quote;
  const std::string end = style.semicolons ? ";" : "";
  const bool bare = spec.name.empty() && spec.alias.empty();
  if (common_js) {
    const std::string call = "require(" + module + ")" + end;
    if (bare) return call;
    const bool whole = spec.name.empty() || spec.name == "default";
    return "const " + (whole ? spec.alias : "{ " + with_alias(spec.name, spec, ": ") + " }") + " = " + call;
  }
  if (bare) return "import " + module + end;
  const std::string what = spec.name.empty()        ? "* as " + spec.alias
                           : spec.name == "default" ? spec.alias
                                                    : "{ " + with_alias(spec.name, spec, " as ") + " }";
  return "import " + what + " from " + module + end;
}

bool is_alone_before(std::string_view text, std::size_t at) {
  const std::size_t line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return text::trim(text.substr(line, at - line)).empty();
}

// A new item in a list of names, sorted in where the names are sorted, on a line of its own where they have lines of their own.
std::vector<Patch> into_list(std::string_view text, const std::vector<Node>& items, const std::string& item) {
  const auto by_name = [](Node a, Node b) { return a.text() < b.text(); };
  const bool sorted = std::ranges::is_sorted(items, by_name);
  const auto indent_of = [&](Node node) {
    const std::size_t line = node.start() == 0 ? 0 : text.rfind('\n', node.start() - 1) + 1;
    return std::string(text.substr(line, node.start() - line));
  };
  for (Node one : items) {
    if (!sorted || one.text() <= item) continue;
    const bool own_line = is_alone_before(text, one.start());
    return {{one.start(), one.start(), item + (own_line ? "," + std::string(line_end_of(text)) + indent_of(one) : ", ")}};
  }
  const Node last = items.back();
  const bool own_line = items.size() > 1 ? is_alone_before(text, last.start()) && is_alone_before(text, items.front().start())
                                         : is_alone_before(text, last.start());
  if (!own_line) return {{last.end(), last.end(), ", " + item}};
  const bool comma = last.next().text() == ",";
  std::size_t end = std::min(text.find('\n', last.end()), text.size());
  if (end > 0 && text[end - 1] == '\r') --end;
  // A comment behind the last item stays with it.
  const std::string between = comma ? "" : std::string(text.substr(last.end(), end - last.end()));
  const std::string line = std::string(line_end_of(text)) + indent_of(last) + item;
  if (comma) return {{end, end, line + ","}};
  return {{last.end(), end, "," + between + line}};
}

std::vector<Node> items_of(Node list, std::string_view kind) {
  std::vector<Node> items;
  for (Node child : list.children())
    if (kind.empty() ? child.field() == "name" : child.is(kind)) items.push_back(child);
  return items;
}

}  // namespace

std::string bound_by(Language language, const tasks::ImportSpec& spec) {
  if (!spec.alias.empty()) return spec.alias;
  if (!spec.name.empty()) return spec.name;
  if (language == Language::python) return spec.module.substr(0, spec.module.find('.'));
  if (language == Language::java) return spec.module.substr(spec.module.rfind('.') + 1);
  return {};
}

std::string import_statement(const Model& model, const tasks::ImportSpec& spec, bool common_js) {
  switch (model.tree->language()) {
    case Language::python:
      if (spec.name.empty()) return "import " + (spec.alias.empty() ? spec.module : spec.module + " as " + spec.alias);
      return "from " + spec.module + " import " + with_alias(spec.name, spec, " as ");
    case Language::java:
      return "import " + spec.module + (spec.name.empty() ? "" : "." + spec.name) + ";";
    default:
      return script_statement(model, spec, common_js);
  }
}

std::optional<std::vector<Patch>> joined_import(const Model& model, const std::vector<RootImport>& lines, const tasks::ImportSpec& spec) {
  const std::string_view text = model.tree->text();
  if (spec.name.empty() || model.tree->language() == Language::java) return std::nullopt;
  std::vector<Node> same;
  for (const RootImport& line : lines) {
    const bool typed = line.statement.child("type") || line.statement.child("typeof");
    const bool wild = static_cast<bool>(line.statement.child("wildcard_import"));
    if (line.order.key == spec.module && !typed && !wild) same.push_back(line.statement);
  }
  if (model.tree->language() == Language::python) {
    std::erase_if(same, [](Node one) { return !one.is("import_from_statement"); });
    if (same.size() != 1) return std::nullopt;  // several: each name has a line of its own here
    return into_list(text, items_of(same.front(), ""), with_alias(spec.name, spec, " as "));
  }
  for (Node statement : same) {
    const Node clause = statement.child("import_clause"), named = clause.child("named_imports"), whole = clause.child("identifier");
    if (!clause || clause.child("namespace_import")) continue;
    if (spec.name == "default") {
      if (whole || !named) continue;
      return std::vector<Patch>{{clause.start(), clause.start(), spec.alias + ", "}};
    }
    const std::string item = with_alias(spec.name, spec, " as ");
    const auto items = items_of(named, "import_specifier");
    if (!items.empty()) return into_list(text, items, item);
    if (!named) return std::vector<Patch>{{clause.end(), clause.end(), ", { " + item + " }"}};
  }
  return std::nullopt;
}

}  // namespace argosy::code
