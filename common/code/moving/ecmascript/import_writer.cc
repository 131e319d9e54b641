#include "common/code/moving/ecmascript/import_writer.h"

#include <algorithm>

#include "common/code/moving/python/definition.h"

namespace argosy::code::es {

std::string written(const WantedImport& wanted, const ImportStyle& style) {
  const std::string what = wanted.whole ? wanted.text : "{" + style.gap + wanted.text + style.gap + "}";
  return std::string(wanted.exports ? "export " : "import ") + (wanted.type ? "type " : "") + what + " from " + style.quote +
         wanted.module + style.quote + style.end;
}

std::vector<WantedImport> merged(const std::vector<WantedImport>& all) {
  std::vector<WantedImport> out;
  for (const WantedImport& one : all) {
    const auto like = std::ranges::find_if(out, [&](const WantedImport& other) {
      return !one.whole && !other.whole && one.module == other.module && one.type == other.type && one.exports == other.exports;
    });
    if (like == out.end())
      out.push_back(one);
    else
      like->text += ", " + one.text;
  }
  return out;
}

void StatementWriter::add(const Model& model, const WantedImport& wanted, std::size_t at) {
  for (const FromStatement& one : from_statements(model)) {
    if (wanted.whole || one.names.empty() || one.exports != wanted.exports || one.type != wanted.type) continue;
    if (one.module() != wanted.module && (project_.resolve(model, wanted.module).size() != 1 ||
                                          project_.resolve(model, one.module()) != project_.resolve(model, wanted.module)))
      continue;
    if (touched_[model.path].contains(one.node.id())) continue;
    return insert(model.path, one.names.back().node.end(), ", " + wanted.text);
  }
  const std::string& text = model.tree->text();
  const std::string ending = ending_of(text);
  const bool open = at > 0 && text[at - 1] != '\n';
  insert(model.path, at, (open ? ending : "") + written(wanted, style_of({&model})) + (open ? "" : ending));
}

void StatementWriter::take_out(const Model& model, const FromStatement& one, std::size_t index) {
  const std::string& text = model.tree->text();
  const auto& names = one.names;
  if (!touched_[model.path].insert(one.node.id()).second) return rewriter_.refuse("import_unresolved", model, names[index].node);
  if (names.size() == 1 && one.plain) return rewriter_.replace(model.path, one.plain.end(), one.clause.end(), "");
  if (names.size() == 1) {
    const std::size_t start = line_begin(text, one.node.start()), end = line_behind(text, one.node.end());
    const auto around = text.substr(start, one.node.start() - start) + text.substr(one.node.end(), end - one.node.end());
    if (around.find_first_not_of(" \t\r\n") != std::string::npos) return rewriter_.refuse("import_unresolved", model, one.node);
    return rewriter_.replace(model.path, start, end, "");
  }
  const bool last = index + 1 == names.size();
  const std::size_t start = last ? names[index - 1].node.end() : names[index].node.start();
  const std::size_t end = last ? names[index].node.end() : names[index + 1].node.start();
  const auto gone = text.substr(start, end - start);
  if (gone.contains("//") || gone.contains("/*")) return rewriter_.refuse("import_unresolved", model, names[index].node);
  rewriter_.replace(model.path, start, end, "");
}

void StatementWriter::flush() {
  for (const auto& [path, places] : inserted_)
    for (const auto& [at, text] : places) rewriter_.replace(path, at, at, text);
  inserted_.clear();
}

}  // namespace argosy::code::es
