#include "common/code/moving/ecmascript/statements.h"

#include "common/core/text.h"

namespace argosy::code::es {
namespace {

void add_names(FromStatement& one) {
  for (Node child : one.clause.children())
    if (child.is_any({"import_specifier", "export_specifier"}))
      one.names.push_back({child, child.get("name"), child.get("alias"), static_cast<bool>(child.child("type"))});
}

}  // namespace

std::vector<FromStatement> from_statements(const Model& model) {
  std::vector<FromStatement> out;
  for (Node node : model.tree->root().children()) {
    if (!node.is_any({"import_statement", "export_statement"}) || !node.get("source")) continue;
    FromStatement one{.node = node, .source = node.get("source")};
    one.exports = node.is("export_statement");
    one.type = static_cast<bool>(node.child("type"));
    if (one.exports) {
      one.clause = node.child("export_clause");
      one.space = node.child("namespace_export");
    } else if (const Node parts = node.child("import_clause")) {
      one.plain = parts.child("identifier");
      one.space = parts.child("namespace_import");
      one.clause = parts.child("named_imports");
    }
    if (one.clause) add_names(one);
    out.push_back(std::move(one));
  }
  return out;
}

bool is_es_module(const Model& model) {
  for (Node node : model.tree->root().children())
    if (node.is("export_statement") || (node.is("import_statement") && !node.child("import_require_clause"))) return true;
  return false;
}

bool is_typed(const Model& model) { return model.tree->language() != Language::javascript; }

ImportStyle style_of(const std::vector<const Model*>& models) {
  ImportStyle style;
  for (const Model* model : models) {
    if (model == nullptr) continue;
    const auto all = from_statements(*model);
    if (all.empty()) continue;
    style.quote = all.front().source.text().substr(0, 1);
    style.end = all.front().node.text().ends_with(';') ? ";" : "";
    for (const FromStatement& one : all)
      if (one.clause && !one.names.empty()) {
        style.gap = one.clause.text().starts_with("{ ") ? " " : one.clause.text().starts_with("{\n") ? " " : "";
        break;
      }
    break;
  }
  return style;
}

std::size_t line_begin(std::string_view text, std::size_t at) { return at == 0 ? 0 : text.rfind('\n', at - 1) + 1; }

std::size_t line_behind(std::string_view text, std::size_t at) {
  const auto end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

std::size_t behind_head(const Model& model) {
  const std::string_view text = model.tree->text();
  std::size_t imports = 0, head = 0;
  bool in_head = true;
  for (Node child : model.tree->root().children()) {
    if (child.is("import_statement")) imports = line_behind(text, child.end());
    const bool directive = child.is("expression_statement") && child.named_child(0).is("string");
    const bool said =
        child.is("comment") && text::trim(text.substr(line_behind(text, child.end()),
                                                      line_behind(text, line_behind(text, child.end())) - line_behind(text, child.end())))
                                   .empty();
    in_head = in_head && (directive || child.is_any({"comment", "hash_bang_line"}));
    if (in_head && (directive || said || child.is("hash_bang_line"))) head = line_behind(text, child.end());
  }
  return imports != 0 ? imports : head;
}

}  // namespace argosy::code::es
