// What identifiers stand for in Go.
#include <algorithm>
#include <array>

#include "common/code/binding/resolver.h"
#include "common/code/languages/go/go.h"

namespace argosy::code {
namespace {

// Of main and init the language decides who calls them.
constexpr auto kKeywords = std::to_array<std::string_view>({"break",  "case",        "chan", "const",   "continue", "default", "defer",
                                                            "else",   "fallthrough", "for",  "func",    "go",       "goto",    "if",
                                                            "import", "interface",   "map",  "package", "range",    "return",  "select",
                                                            "struct", "switch",      "type", "var",     "_",        "init",    "main"});
constexpr int kMaxTypeSteps = 16;

bool is_exported(std::string_view name) { return !name.empty() && std::isupper(static_cast<unsigned char>(name.front())); }

// The path of the import that a name means at a node, or nothing: `os` of os.Open.
std::optional<std::string> imported_path(const Project& project, const Model& model, Node name) {
  const Found found = look_up(model, name, name.text(), Space::both);
  if (found.bindings != nullptr) {
    const auto& binding = found.bindings->front();
    return binding.kind == BindingKind::import ? std::optional(binding.import->module) : std::nullopt;
  }
  for (const std::string& path : model.plain_imports)
    for (const std::string& module : project.resolve(model, path))
      if (module.ends_with(":" + std::string(name.text())) || module == kUnknownModule) return path;
  return std::nullopt;
}

// Whether some struct embeds a type of that name: then the name is also a field's.
bool is_embedded(const Project& project, std::string_view name) {
  return project.remember("go embeds " + std::string(name), [&] {
    for (const std::string& path : project.sources()) {
      const Decoded* text = project.text(path);
      const Model* model = text != nullptr && contains_word(text->text, name) ? project.model(path) : nullptr;
      if (model == nullptr) continue;
      for (NodeId id = 0; id < model->tree->size(); ++id) {
        const Node field = model->tree->node(id);
        if (!field.is("field_declaration") || field.get("name")) continue;
        Node type = field.get("type");
        if (type.is("generic_type")) type = type.get("type");
        if ((type.is("qualified_type") ? type.get("name") : type).text() == name) return true;
      }
    }
    return false;
  });
}

// The declaration of a package's type, in whichever file it stands.
Node declared_type(const Project& project, const std::string& module, std::string_view name, const Rules& rules) {
  const std::string folder = module.substr(0, module.rfind(':'));
  for (const std::string& path : project.sources()) {
    const auto slash = path.rfind('/');
    if ((slash == std::string::npos ? "" : path.substr(0, slash)) != folder) continue;
    const Decoded* text = project.text(path);
    const Model* model = text != nullptr && contains_word(text->text, name) ? project.model(path) : nullptr;
    if (model == nullptr || rules.module_of(*model) != module) continue;
    const auto* bindings = model->find(kRootScope, name);
    if (bindings != nullptr && bindings->front().kind == BindingKind::klass) return bindings->front().value.get("type");
  }
  return {};
}

enum class Key : std::uint8_t { field, expression, unknown };

// What a composite literal is of, with names followed to their declarations, which may stand in other files.
class LiteralType {
 public:
  LiteralType(const Project& project, const Rules& rules) : project_(project), rules_(rules) {}

  Key key_kind(const Model& model, Node literal_value) {
    const Node type = of_literal(model, literal_value, 0);
    if (type.is("struct_type")) return Key::field;
    if (type.is_any({"map_type", "slice_type", "array_type", "implicit_length_array_type"})) return Key::expression;
    return Key::unknown;
  }

 private:
  Node of_literal(const Model& model, Node value, int depth) {
    if (depth > kMaxTypeSteps) return {};
    const Node parent = value.parent();
    if (parent.is("composite_literal")) return underlying(model, parent.get("type"), depth);
    if (!parent.is("literal_element")) return {};
    // The type is left out: it is that of the elements around.
    const bool keyed = parent.parent().is("keyed_element");
    const Node outer = of_literal(model, keyed ? parent.parent().parent() : parent.parent(), depth + 1);
    if (!outer) return {};
    const Node element = outer.is("map_type") ? outer.get(parent.field() == "key" ? "key" : "value") : outer.get("element");
    const Model* where = &outer.tree() == model.tree ? &model : model_of(outer);
    return element && where != nullptr ? underlying(*where, element, depth + 1) : Node();
  }

  Node underlying(const Model& model, Node type, int depth) {
    if (depth > kMaxTypeSteps) return {};
    if (type.is("pointer_type")) return underlying(model, type.named_child(0), depth + 1);
    if (type.is("generic_type")) return underlying(model, type.get("type"), depth + 1);
    if (type.is("type_identifier")) {
      const Found found = look_up(model, type, type.text(), Space::both);
      if (found.bindings != nullptr) {
        const Binding& binding = found.bindings->front();
        return binding.kind == BindingKind::klass ? underlying(model, binding.value.get("type"), depth + 1) : Node();
      }
      return follow(rules_.module_of(model), type.text(), depth);
    }
    if (type.is("qualified_type")) {
      const auto path = imported_path(project_, model, type.get("package"));
      const auto& modules = path ? project_.resolve(model, *path) : kNowhere;
      return modules.size() == 1 ? follow(modules.front(), type.get("name").text(), depth) : Node();
    }
    return type;
  }

  Node follow(const std::string& module, std::string_view name, int depth) {
    const Node type = declared_type(project_, module, name, rules_);
    const Model* model = type ? model_of(type) : nullptr;
    return model == nullptr ? Node() : underlying(*model, type, depth + 1);
  }

  const Model* model_of(Node node) {
    for (const std::string& path : project_.sources())
      if (const Model* model = project_.parsed(path); model != nullptr && model->tree == &node.tree()) return model;
    return nullptr;
  }

  static inline const std::vector<std::string> kNowhere;
  const Project& project_;
  const Rules& rules_;
};

}  // namespace

bool GoRules::is_keyword(std::string_view name) const { return std::ranges::find(kKeywords, name) != kKeywords.end(); }

bool GoRules::is_visible_outside(std::string_view name) const { return is_exported(name); }

bool GoRules::is_identifier(Node node) const {
  return node.is_any({"identifier", "type_identifier", "field_identifier", "package_identifier"});
}

Use GoRules::use(const Project& project, const Model& model, Node identifier) const {
  const Node parent = identifier.parent();
  if (parent.is("ERROR")) return {};
  if (identifier.is("package_identifier") && parent.is("package_clause")) return {.role = Role::unrelated};
  const bool selected = parent.is("selector_expression") && identifier.field() == "field";
  const bool qualified = parent.is("qualified_type") && identifier.field() == "name";
  if (selected || qualified) {
    const Node operand = parent.get(selected ? "operand" : "package");
    if (const auto path = operand.is_any({"identifier", "package_identifier"}) ? imported_path(project, model, operand) : std::nullopt)
      return {.role = Role::import_name, .object = {}, .import = {*path, std::string(identifier.text())}};
    // A field or a method; a field may get its name from the type that it embeds.
    return {.role = is_embedded(project, identifier.text()) ? Role::unsure : Role::unrelated};
  }
  if (identifier.is("field_identifier")) return {.role = Role::unrelated};
  const Node keyed = parent.is("literal_element") && parent.field() == "key" ? parent.parent() : Node();
  if (keyed.is("keyed_element")) {
    const Key key = LiteralType(project, *this).key_kind(model, keyed.parent());
    if (key == Key::field) return {.role = is_embedded(project, identifier.text()) ? Role::unsure : Role::unrelated};
    if (key == Key::unknown) return {.role = Role::name, .object = {}, .import = {}, .doubtful = true};
  }
  return {.role = Role::name};
}

StringUse GoRules::string_use(const Model&, Node string) const {
  if (string.parent().is("import_spec")) return {.kind = StringUse::path};
  if (string.parent().is("field_declaration")) return {.kind = StringUse::path};  // a tag
  return {};
}

bool GoRules::is_directive(Node comment) const {
  const auto text = comment.text();
  return text.starts_with("//go:linkname") || text.starts_with("//export ") || text.starts_with("//go:wasmexport");
}

// ExampleName and ExampleName_case document the symbol: the Go tool refuses them when it is gone.
std::vector<std::pair<Node, std::string>> GoRules::followers(const Model& model, const Target& target, std::string_view to) const {
  std::vector<std::pair<Node, std::string>> out;
  const std::string module = module_of(model);
  const bool near =
      std::ranges::any_of(target.modules, [&](const std::string& home) { return module == home || module == home + "_test"; });
  if (!near || !model.path.ends_with("_test.go")) return out;
  const std::string example = "Example" + target.name;
  for (const auto& [name, bindings] : model.scopes.front().variables) {
    if (name != example && !name.starts_with(example + "_")) continue;
    for (const Binding& binding : bindings)
      if (binding.kind == BindingKind::function)
        out.emplace_back(binding.name, "Example" + std::string(to) + std::string(name.substr(example.size())));
  }
  return out;
}

}  // namespace argosy::code
