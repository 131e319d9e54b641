#include "common/code/moving/ecmascript/symbol_move.h"

#include <algorithm>
#include <map>

#include "common/code/moving/python/definition.h"

namespace argosy::code::es {
SymbolMove::SymbolMove(const Project& project, const Rules& rules, const tasks::MoveSymbol& request, const MovedPiece& piece,
                       Resolver& resolver, Rewriter& rewriter)
    : project_(project),
      rules_(rules),
      request_(request),
      piece_(piece),
      resolver_(resolver),
      rewriter_(rewriter),
      writer_(project, rewriter) {
  target_ = project.has(request.to) ? project.model(request.to) : nullptr;
  offered_ = resolver.of_module(request.from) == Verdict::ours;
}

std::string SymbolMove::run(const std::vector<Site>& uses) {
  for (const Node effect : effects_of(*piece_.model, piece_)) rewriter_.refuse("load_order", *piece_.model, effect);
  std::map<std::string, std::vector<Node>> by_file;
  for (const Site& site : uses) {
    const Model* model = project_.model(site.path);
    by_file[site.path].push_back(model->tree->at(static_cast<std::uint32_t>(site.start), static_cast<std::uint32_t>(site.end)));
  }
  for (const auto& [path, nodes] : by_file) samples_.push_back(project_.model(path));
  for (const auto& [path, nodes] : by_file) importer(*project_.model(path), nodes);
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    const bool whole =
        text != nullptr && (text->text.contains("export *") || text->text.contains("export*") || text->text.contains("* as"));
    if (const Model* model = whole ? project_.model(path) : nullptr) stars(*model);
  }
  bring();
  leave();
  std::string created = arrive();
  writer_.flush();
  return created;
}

void SymbolMove::leave() {
  const Model& model = *piece_.model;
  const std::string& text = model.tree->text();
  const auto blank = [&](std::size_t at) { return text[at] == '\n' || text[at] == '\r'; };
  std::size_t start = piece_.start, end = piece_.end;
  const auto above = std::string_view(text).substr(0, start);
  const bool alone = above.empty() || above.ends_with("\n\n") || above.ends_with("\n\r\n");
  while (alone && end < text.size() && blank(end)) ++end;
  // At the end of the file the empty lines above go.
  if (end == text.size())
    while (start > 0 && (above.substr(0, start).ends_with("\n\n") || above.substr(0, start).ends_with("\n\r\n")))
      start -= text[start - 2] == '\r' ? 2 : 1;
  rewriter_.replace(model.path, start, end, "");
  const std::string ending = ending_of(text);
  const std::size_t head = behind_head(model);
  const bool inside = head > start && head <= end;
  if (still_used_) {
    const std::string module = plain(request_.from, request_.to);
    if (module.empty() || inside) return rewriter_.refuse("import_unresolved", model, piece_.statements.front());
    writer_.add(model, {.module = module, .text = request_.name, .type = is_type()}, head);
    if (from_statements(model).empty()) writer_.insert(model.path, head, ending);
  }
  // Without any import and export it would be no module, and `export *` of it an error.
  std::size_t others = 0;
  for (Node child : model.tree->root().children())
    others += child.is_any({"import_statement", "export_statement"}) && !piece_.contains(child.start()) ? 1 : 0;
  if (starred_ && others == 0 && !still_used_) writer_.insert(model.path, inside ? start : head, "export {};" + ending);
}

std::string SymbolMove::block(const std::string& ending) const {
  const std::string& source = piece_.model->tree->text();
  std::string raw;
  std::size_t at = piece_.start;
  for (const Node statement : piece_.statements) {
    raw += source.substr(at, statement.start() - at);
    if ((offered_ || still_used_) && !statement.is("export_statement")) raw += "export ";
    at = statement.start();
  }
  raw += source.substr(at, piece_.end - at);
  std::string out;
  for (const char c : raw)
    if (c == '\n')
      out += ending;
    else if (c != '\r')
      out += c;
  return out.ends_with(ending) ? out : out + ending;
}

std::string SymbolMove::arrive() {
  const Model& home = *piece_.model;
  const bool has_lines = target_ != nullptr && target_->tree->text().contains('\n');
  const std::string ending = ending_of(has_lines ? target_->tree->text() : home.tree->text());
  const ImportStyle style = style_of({target_, &home});
  const std::string text = block(ending);
  if (target_ == nullptr || target_->tree->text().empty()) {
    std::string out;
    for (const WantedImport& one : merged(brought_)) out += written(one, style) + ending;
    out += (out.empty() ? "" : ending) + text;
    if (target_ == nullptr) return out;
    writer_.insert(request_.to, 0, out);
    return {};
  }
  const std::string& there = target_->tree->text();
  const std::size_t head = behind_head(*target_);
  std::vector<WantedImport> fresh;
  for (const WantedImport& one : brought_) {
    const auto& wanted = project_.resolve(home, one.module);
    const bool joins = !one.whole && std::ranges::any_of(from_statements(*target_), [&](const FromStatement& other) {
      return !other.exports && !other.names.empty() && other.type == one.type && other.module() == one.module;
    });
    if (joins && wanted.size() <= 1)
      writer_.add(*target_, one, head);
    else
      fresh.push_back(one);
  }
  std::string imports;
  for (const WantedImport& one : merged(fresh)) imports += written(one, style) + ending;
  const bool no_imports = from_statements(*target_).empty();
  if (!imports.empty()) writer_.insert(request_.to, head, imports + (no_imports ? ending : ""));
  // Whatever uses it while the file loads must find it.
  if (used_there_ && !piece_.hoisted && head < there.size()) {
    if (needs_target_) rewriter_.refuse("load_order", home, piece_.statements.front());
    writer_.insert(request_.to, head, (no_imports ? "" : ending) + text + (no_imports ? ending : ""));
  } else {
    writer_.insert(request_.to, there.size(), (there.ends_with('\n') ? "" : ending) + ending + text);
  }
  return {};
}

}  // namespace argosy::code::es
