#include "common/code/refactor/imports/add.h"

#include <algorithm>

#include "common/code/binding/values.h"
#include "common/code/languages/ecmascript/ecmascript.h"
#include "common/code/places.h"
#include "common/code/refactor/imports/compose.h"
#include "common/code/refactor/imports/known_names.h"
#include "common/code/refactor/imports/lines.h"
#include "common/code/refactor/refactor.h"
#include "common/core/json.h"

namespace argosy::code {
namespace {

class ImportAdder {
 public:
  ImportAdder(const Project& project, const Rules& rules, const Model& model, const tasks::ImportSpec& spec)
      : project_(project), rules_(rules), model_(model), spec_(spec), language_(model.tree->language()) {}

  Result<std::vector<Patch>> run() {
    ARGOSY_TRY_VOID(check_form());
    ARGOSY_TRY(const bool common_js, is_common_js_file());
    const auto lines = root_imports(project_, rules_, model_, common_js);
    ARGOSY_TRY_VOID(check_absent(lines));
    ARGOSY_TRY_VOID(check_free());
    if (!common_js)
      if (auto joined = joined_import(model_, lines, spec_)) return *std::move(joined);
    const bool from = language_ == Language::python && !spec_.name.empty();
    const std::string key = language_ == Language::java && !spec_.name.empty() ? spec_.module + "." + spec_.name : spec_.module;
    const ImportSlot slot = slot_for(model_, lines, order_of(project_, rules_, model_, key, from));
    return std::vector{import_lines(model_, slot, import_statement(model_, spec_, common_js))};
  }

 private:
  bool is_script() const { return language_ != Language::python && language_ != Language::java; }

  Result<void> check_form() const {
    const auto invalid = [](std::string why, std::string hint) { return fail_user("import_invalid", std::move(why), std::move(hint)); };
    if (language_ == Language::go) return fail_user("language_unsupported", "imports of Go are not written here", "run gofmt or goimports");
    const std::string bound = bound_by(language_, spec_);
    if (!is_script() && (spec_.module.find_first_of("/@~:#$+-") != std::string::npos || spec_.module.ends_with('.')) &&
        !(language_ == Language::python && spec_.module.find_first_not_of('.') == std::string::npos))
      return invalid("\"" + spec_.module + "\" is no module of this language", "parts with dots between them");
    if (language_ == Language::java && !spec_.alias.empty()) return invalid("Java has no aliases", "leave \"alias\" out");
    if (language_ == Language::java && (spec_.module.starts_with('.') || (spec_.name.empty() && !spec_.module.contains('.'))))
      return invalid("\"" + spec_.module + "\" names no class in a package", "\"module\" is the package, \"name\" the class");
    if (language_ == Language::python && spec_.name.empty() && spec_.module.starts_with('.'))
      return invalid("a relative module needs a name", "\"module\": \".\", \"name\": \"mod\"");
    if (language_ == Language::python && spec_.name.empty() && spec_.module == "__future__")
      return invalid("__future__ needs a name", "add \"name\"");
    if (is_script() && spec_.name == "default" && spec_.alias.empty())
      return invalid("a default import needs a name of its own", "add \"alias\"");
    if (!bound.empty() && rules_.is_keyword(bound)) return invalid("\"" + bound + "\" is a word of the language", "choose another alias");
    return {};
  }

  Result<bool> is_common_js_file() const {
    if (!is_script()) return false;
    const std::string& path = model_.path;
    if (language_ != Language::javascript || path.ends_with(".mjs")) return false;
    if (path.ends_with(".cjs")) return true;
    for (Node child : model_.tree->root().children())
      if (child.is_any({"import_statement", "export_statement"})) return false;
    if (model_.is_module) return true;
    // Neither imports nor exports: the package says.
    std::string nearest;
    bool module = false, found = false;
    for (const std::string& manifest : project_.manifests()) {
      const std::string folder = manifest.substr(0, manifest.rfind('/') == std::string::npos ? 0 : manifest.rfind('/') + 1);
      if (!manifest.ends_with("package.json") || !path.starts_with(folder) || (found && folder.size() < nearest.size())) continue;
      const Decoded* source = project_.text(manifest);
      const auto package = source == nullptr ? Result<json::Value>(json::Value()) : json::parse(source->text);
      if (!package) continue;
      found = true;
      nearest = folder;
      module = package->string_or("type", "") == "module";
    }
    if (found) return !module;
    return refuse("import_style_unknown", path + " imports and exports nothing, so that nobody knows how it would",
                  "add the first import by hand", {{path, 1, 1, ""}});
  }

  // Whether the file has just this import, for all of it and whatever runs.
  Result<void> check_absent(const std::vector<RootImport>& lines) const {
    const auto there = [&](Node node) {
      return refuse("nothing_to_change", "\"" + spec_.module + "\" is imported so already, in {}", "leave the operation out",
                    {place_at(model_.path, *model_.tree, node.start())});
    };
    if (language_ == Language::java && spec_.module == model_.package && !spec_.name.empty())
      return fail_user("nothing_to_change", "a class of the own package needs no import", "leave the operation out");
    const std::string bound = bound_by(language_, spec_);
    for (const RootImport& line : lines) {
      if (bound.empty() && line.order.key == spec_.module) return there(line.statement);
      if (line.statement.is("future_import_statement") && spec_.module == "__future__")
        for (Node child : line.statement.children())
          if (child.field() == "name" && child.text() == spec_.name) return there(child);
      // import a.b binds only a: what it loads is in its text.
      if (language_ == Language::python && spec_.name.empty() && spec_.alias.empty() && line.statement.is("import_statement"))
        for (Node child : line.statement.children())
          if (child.field() == "name" && child.text() == spec_.module) return there(child);
    }
    if (bound.empty()) return {};
    const auto* bindings = model_.find(kRootScope, bound);
    if (bindings == nullptr || bindings->size() != 1 || bindings->front().kind != BindingKind::import) return {};
    const Import& import = *bindings->front().import;
    const bool plain = language_ == Language::python && spec_.name.empty() && spec_.alias.empty();
    const std::string whole = language_ == Language::java && spec_.name.empty() ? import.module + "." + import.name : "";
    const bool same = whole.empty() ? import.module == spec_.module && import.name == spec_.name : whole == spec_.module;
    Node statement = bindings->front().name;
    while (statement.parent() && statement.parent() != model_.tree->root()) statement = statement.parent();
    const bool always = statement.is_any({"import_statement", "import_from_statement", "import_declaration"}) && !statement.child("type");
    if (same && !plain && always) return there(bindings->front().name);
    return {};
  }

  // That the name means nothing yet, neither bound nor used for something of the language's or another import's.
  Result<void> check_free() const {
    const std::string bound = bound_by(language_, spec_);
    if (bound.empty()) return {};
    std::vector<Place> taken;
    const auto add = [&](Node node) { taken.push_back(place_at(model_.path, *model_.tree, node.start())); };
    const bool plain = language_ == Language::python && spec_.name.empty() && spec_.alias.empty();
    if (const auto* bindings = model_.find(kRootScope, bound))
      for (const Binding& one : *bindings)
        if (!plain || one.kind != BindingKind::import || !one.import->name.empty() || one.import->module != bound) add(one.name);
    if (taken.empty() && is_own_elsewhere(bound))
      for (NodeId id = 0; id < model_.tree->size(); ++id) {
        const Node node = model_.tree->node(id);
        if (rules_.is_identifier(node) && node.text() == bound && is_free(node)) add(node);
      }
    if (taken.empty()) return {};
    return refuse("name_taken", "\"" + bound + "\" means something else in {}", "choose an \"alias\"", taken);
  }

  // Whether a use that nothing in the file binds may mean something all the same.
  bool is_own_elsewhere(const std::string& name) const {
    if (is_own_name(language_, name) || !model_.star_imports.empty()) return true;
    const auto folder = model_.path.substr(0, model_.path.rfind('/') + 1);
    return language_ == Language::java &&
           std::ranges::any_of(project_.named(name + ".java"), [&](const std::string& other) { return other == folder + name + ".java"; });
  }

  bool is_free(Node node) const {
    const Use use = rules_.use(project_, model_, node);
    if (use.role == Role::member || use.role == Role::unrelated || use.role == Role::import_name || use.role == Role::export_name)
      return false;
    const Found found = look_up(model_, node, node.text(), Space::both);
    return found.blurred || found.bindings == nullptr;
  }

  const Project& project_;
  const Rules& rules_;
  const Model& model_;
  const tasks::ImportSpec& spec_;
  Language language_;
};

}  // namespace

Patch import_lines(const Model& model, const ImportSlot& slot, const std::string& statement) {
  const std::string_view text = model.tree->text();
  const std::string end(line_end_of(text));
  const auto empty_lines_at = [&](std::size_t at) {
    int n = 0;
    for (; at < text.size() && (text[at] == '\n' || text[at] == '\r'); ++at) n += text[at] == '\n' ? 1 : 0;
    return n;
  };
  Patch piece{slot.at, slot.at, ""};
  const bool open_line = slot.at > 0 && text[slot.at - 1] != '\n';
  if (open_line) piece.text += end;
  const auto before = text.substr(0, slot.at);
  const bool empty_before = before.ends_with("\n\n") || before.ends_with("\n\r\n");
  if (slot.empty_before > 0 && !empty_before && slot.at > 0) piece.text += end;
  piece.text += statement;
  if (open_line) return piece;
  piece.text += end;
  if (slot.at < text.size())
    for (int n = empty_lines_at(slot.at); n < slot.empty_after; ++n) piece.text += end;
  return piece;
}

Result<std::vector<Patch>> import_pieces(const Project& project, const Rules& rules, const Model& model, const tasks::ImportSpec& spec) {
  return ImportAdder(project, rules, model, spec).run();
}

Result<Edit> add_import(const SourceTree& tree, const tasks::AddImport& request) {
  ARGOSY_TRY(const auto bytes, tree.read(request.path));
  if (!bytes) return refuse("file_not_found", "there is no file " + request.path, "check the path", {});
  const Rules* rules = rules_of(request.path);
  if (rules == nullptr) return fail_user("language_unsupported", "nobody here can read " + request.path, "use edit_file");
  Project project(tree, *rules);
  ARGOSY_TRY_VOID(project.load());
  if (!project.has(request.path))
    return refuse("language_unsupported", request.path + " lies in a folder of foreign code", "use edit_file", {});
  const Model* model = project.model(request.path);
  if (project.problem()) return std::unexpected(*project.problem());
  if (model == nullptr) {
    Error error = *project.why(request.path);
    error.hint = "use edit_file";
    return std::unexpected(std::move(error));
  }
  ARGOSY_TRY(auto pieces, import_pieces(project, *rules, *model, request.import));
  return rewrite(project, {{request.path, std::move(pieces)}});
}

}  // namespace argosy::code
