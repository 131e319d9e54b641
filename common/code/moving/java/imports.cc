#include "common/code/moving/java/imports.h"

#include <algorithm>

#include "common/code/moving/java/units.h"
#include "common/code/refactor/imports/add.h"
#include "common/code/refactor/imports/lines.h"

namespace argosy::code::java {

Result<std::string> with_imports(const Project& project, const Rules& rules, const std::string& path, std::string text,
                                 const std::set<NewImport>& imports) {
  for (const NewImport& one : imports) {
    // Each is placed among those that came before it.
    ARGOSY_TRY(const Tree tree, Tree::parse(Language::java, text));
    const Model model = rules.bind(tree, path);
    const auto same = [&](Node there) {
      const std::string written = imported_path(there) + (there.child("asterisk") ? ".*" : "");
      return written == one.path && static_cast<bool>(there.child("static")) == one.is_static;
    };
    if (std::ranges::any_of(imports_of(model), same)) continue;
    const auto lines = root_imports(project, rules, model, false);
    const ImportSlot slot = slot_for(model, lines, order_of(project, rules, model, one.path, one.is_static));
    text = rewritten(text, {import_lines(model, slot, std::string("import ") + (one.is_static ? "static " : "") + one.path + ";")});
  }
  return text;
}

Result<void> add_imports(const SourceTree& tree, const Project& project, const Rules& rules,
                         const std::map<std::string, std::set<NewImport>>& imports, Edit& edit) {
  for (const auto& [path, lines] : imports) {
    ARGOSY_TRY(auto source, changed_text(tree, edit, path));
    ARGOSY_TRY(source.text, with_imports(project, rules, path, std::move(source.text), lines));
    ARGOSY_TRY_VOID(put(path, source, edit));
  }
  return {};
}

Result<Decoded> changed_text(const SourceTree& tree, const Edit& edit, const std::string& path) {
  auto bytes = edit.files.contains(path) ? edit.files.at(path) : std::nullopt;
  if (!bytes) {
    ARGOSY_TRY(bytes, tree.read(path));
  }
  auto source = bytes ? decode(*bytes) : std::nullopt;
  if (!source) return fail_user("source_unreadable", path + " is not text", "check the file");
  return *std::move(source);
}

Result<void> put(const std::string& path, const Decoded& source, Edit& edit) {
  auto bytes = encode(source.text, source.encoding);
  if (!bytes) return fail_user("encoding_unfit", "the encoding of " + path + " has no such character", "give the file another encoding");
  edit.files[path] = *std::move(bytes);
  return {};
}

std::string name_of(const NewImport& import) {
  const std::string last = import.path.substr(import.path.rfind('.') == std::string::npos ? 0 : import.path.rfind('.') + 1);
  return last == "*" ? "" : last;
}

}  // namespace argosy::code::java
