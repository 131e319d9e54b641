// What identifiers stand for in Java.
#include <algorithm>
#include <array>

#include "common/code/binding/values.h"
#include "common/code/languages/java/java.h"

namespace argosy::code {
namespace {

constexpr auto kUnreadable = std::to_array<std::string_view>({".kt", ".kts", ".groovy", ".scala", ".clj", ".jsp", ".ftl"});
constexpr auto kForeign = std::to_array<std::string_view>({".git", "node_modules"});
constexpr auto kKeywords = std::to_array<std::string_view>(
    {"abstract",  "assert",  "boolean", "break",    "byte",       "case",     "catch",        "char",   "class",     "const",
     "continue",  "default", "do",      "double",   "else",       "enum",     "extends",      "false",  "final",     "finally",
     "float",     "for",     "goto",    "if",       "implements", "import",   "instanceof",   "int",    "interface", "long",
     "native",    "new",     "null",    "package",  "permits",    "private",  "protected",    "public", "record",    "return",
     "sealed",    "short",   "static",  "strictfp", "super",      "switch",   "synchronized", "this",   "throw",     "throws",
     "transient", "true",    "try",     "var",      "void",       "volatile", "while",        "yield",  "_"});

// a.b.c without anything but names; empty for other expressions.
std::string plain_path(Node expression) {
  std::string out;
  for (const char c : expression.text()) {
    if (std::isspace(static_cast<unsigned char>(c))) continue;
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '.' && c != '$') return {};
    out += c;
  }
  return out;
}

Node leftmost(Node expression) {
  while (expression.last_id() > expression.id()) expression = expression.named_child(0);
  return expression;
}

// Of Name in qualifier.Name: the package's type, if the qualifier is that package; else a nested type or a field.
Use qualified(const Model& model, Node identifier, Node qualifier) {
  const Node first = leftmost(qualifier);
  const std::string path = plain_path(qualifier);
  const bool variable = first.is("identifier") && !qualifier.around({"import_declaration"}) &&
                        look_up(model, first, first.text(), Space::value).bindings != nullptr;
  if (path.empty() || variable) return {.role = Role::unrelated};
  return {.role = Role::import_name, .object = {}, .import = {path, std::string(identifier.text())}};
}

// Where an expression's name may be a type's: Name.member, Name::method, @Name.
bool may_be_type(Node identifier) {
  const Node parent = identifier.parent();
  const auto field = identifier.field();
  if (parent.is_any({"method_invocation", "field_access", "explicit_constructor_invocation"})) return field == "object";
  if (parent.is("method_reference")) return identifier == parent.named_child(0);
  return parent.is("scoped_identifier") && field == "scope";
}

Use type_name() { return {.role = Role::name, .object = {}, .import = {}, .space = Space::type}; }

// Whether another class declares a member type or a field of that name, and the class around may inherit it.
bool may_be_inherited(const Project& project, const Model& model, Node identifier) {
  bool inherits = false;
  for (Node type = identifier; type;
       type = type.around({"class_declaration", "interface_declaration", "enum_declaration", "record_declaration"}))
    inherits = inherits || type.get("superclass") || type.get("interfaces") || type.child("extends_interfaces");
  const std::string name(identifier.text());
  return inherits && project.remember("java members named " + name, [&] {
    return std::ranges::any_of(project.sources(), [&](const std::string& path) {
      const Decoded* text = project.text(path);
      const Model* other = text != nullptr && contains_word(text->text, name) ? project.model(path) : nullptr;
      return other != nullptr && std::ranges::any_of(other->scopes, [&](const Scope& scope) {
               return scope.node.is_any({"class_body", "interface_body", "enum_body", "annotation_type_body"}) &&
                      scope.variables.contains(name);
             });
    });
  }) && look_up(model, identifier, name, Space::type).scope == kRootScope;
}

}  // namespace

std::optional<Language> JavaRules::language_of(std::string_view path) const {
  return path.ends_with(".java") ? std::optional(Language::java) : std::nullopt;
}

std::span<const std::string_view> JavaRules::unreadable_extensions() const { return kUnreadable; }

std::span<const std::string_view> JavaRules::foreign_folders() const { return kForeign; }

bool JavaRules::is_keyword(std::string_view name) const { return std::ranges::find(kKeywords, name) != kKeywords.end(); }

Use JavaRules::use(const Project& project, const Model& model, Node identifier) const {
  const Node parent = identifier.parent();
  const auto field = identifier.field();
  if (parent.is("ERROR")) return {};
  // Modules and packages have names of their own.
  if (identifier.around({"exports_module_directive", "opens_module_directive", "requires_module_directive"}) ||
      parent.is("module_declaration") ||
      (parent.is("scoped_identifier") &&
       identifier.around({"uses_module_directive", "provides_module_directive", "module_declaration"}).is("module_declaration")))
    return {.role = Role::unrelated};
  if (parent.around({"package_declaration"}) || parent.is("package_declaration")) return {.role = Role::unrelated};
  if (parent.is("scoped_identifier") && field == "name") return qualified(model, identifier, parent.get("scope"));
  if (parent.is("field_access") && field == "field") return qualified(model, identifier, parent.get("object"));
  if (parent.is("scoped_type_identifier") && identifier != parent.named_child(0))
    return qualified(model, identifier, parent.named_child(0));
  if (parent.around({"import_declaration"})) return {.role = Role::unrelated};

  Use use = type_name();
  if (model.bound_at.contains(identifier.id())) {
    const auto* bindings = model.find(model.bound_at.at(identifier.id()), identifier.text());
    const auto binds_type = [&](const Binding& b) { return b.name == identifier && overlap(b.space, Space::type); };
    if (std::ranges::none_of(*bindings, binds_type)) return {.role = Role::unrelated};
  } else if (identifier.is("identifier") &&
             !parent.is_any({"constructor_declaration", "compact_constructor_declaration", "annotation", "marker_annotation"})) {
    // A variable hides the type; anywhere else an expression's name is a variable, a method or a label.
    if (!may_be_type(identifier) || look_up(model, identifier, identifier.text(), Space::value).bindings != nullptr)
      return {.role = Role::unrelated};
    use.doubtful = may_be_inherited(project, model, identifier);
  } else if (identifier.is("type_identifier")) {
    use.doubtful = may_be_inherited(project, model, identifier);
  }
  return use;
}

// An expression's plain name is a variable. Inside a class that stands within the function it may also be a field that the class inherits.
Use JavaRules::local_use(const Project&, const Model& model, Node identifier) const {
  const Node parent = identifier.parent();
  const auto field = identifier.field();
  if (!identifier.is("identifier") || parent.is("ERROR")) return {.role = parent.is("ERROR") ? Role::unsure : Role::unrelated};
  const bool member =
      (parent.is("method_invocation") && field == "name") || (parent.is("field_access") && field == "field") ||
      (parent.is("element_value_pair") && field == "key") || (parent.is("method_reference") && identifier != parent.named_child(0)) ||
      parent.is_any({"scoped_identifier", "labeled_statement", "break_statement", "continue_statement", "annotation", "marker_annotation"});
  if (member) return {.role = Role::unrelated};
  Use use{.role = Role::name, .object = {}, .import = {}, .space = Space::value};
  const Found found = look_up(model, identifier, identifier.text(), Space::value);
  if (found.bindings != nullptr) {
    const Node body = identifier.around({"class_body"});
    use.doubtful = body && model.scopes[found.scope].node.contains(body);
  }
  return use;
}

std::string JavaRules::moved_path(const std::string& path, std::string_view from, std::string_view to) const {
  const auto slash = path.rfind('/');
  const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
  return path.substr(start) == std::string(from) + ".java" ? path.substr(0, start) + std::string(to) + ".java" : "";
}

}  // namespace argosy::code
