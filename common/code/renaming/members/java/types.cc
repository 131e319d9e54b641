#include "common/code/renaming/members/java/types.h"

#include <algorithm>
#include <array>
#include <set>

namespace argosy::code::java_members {
namespace {

constexpr auto kDeclaring = std::to_array<std::string_view>({"class", "interface", "enum", "record"});

constexpr std::size_t kMaxPackageName = 500;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

// The words behind `class`, `interface`, `enum` and `record`: at least every type that the text declares.
std::set<std::string> declared_names(std::string_view text) {
  std::set<std::string> out;
  for (const std::string_view word : kDeclaring) {
    for (std::size_t at = find_word(text, word); at != std::string_view::npos; at = find_word(text, word, at + 1)) {
      std::size_t start = at + word.size();
      while (start < text.size() && is_space(text[start])) ++start;
      std::size_t end = start;
      while (end < text.size() && is_letter(text[end])) ++end;
      if (end > start) out.emplace(text.substr(start, end - start));
    }
  }
  return out;
}

// The packages that statements at the start of a line name: at least the file's own.
void add_packages(std::string_view text, std::set<std::string, std::less<>>& out) {
  for (std::size_t at = find_word(text, "package"); at != std::string_view::npos; at = find_word(text, "package", at + 1)) {
    const std::size_t end = text.find(';', at);
    if (end == std::string_view::npos) return;
    std::string name;
    for (const char c : text.substr(at + std::string_view("package").size(), std::min<std::size_t>(end - at, kMaxPackageName)))
      if (is_letter(c) || c == '.')
        name += c;
      else if (c == ';')
        break;
    if (!name.empty() && (at == 0 || text[at - 1] == '\n')) out.insert(std::move(name));
  }
}

// By what everybody keeps to.
bool is_type_name(std::string_view name) { return !name.empty() && std::isupper(static_cast<unsigned char>(name.front())); }

Type ours(const Model& model, Node node) { return {.kind = Type::ours, .model = &model, .node = node}; }
Type foreign(std::string name = {}) { return {.kind = Type::foreign, .name = std::move(name)}; }

// What no file need import.
constexpr std::string_view kJavaLang =
    " Object Cloneable Record Comparable Runnable AutoCloseable Iterable Class Throwable Exception RuntimeException "
    "IllegalArgumentException IllegalStateException UnsupportedOperationException Error Appendable CharSequence ProcessHandle Readable "
    "Boolean Byte Character ClassLoader ClassValue Double Enum Float InheritableThreadLocal Integer Long Math Module ModuleLayer Number "
    "Package Process ProcessBuilder Runtime RuntimePermission ScopedValue SecurityManager Short StackTraceElement StackWalker StrictMath "
    "String StringBuffer StringBuilder StringTemplate System Thread ThreadGroup ThreadLocal Void ArithmeticException "
    "ArrayIndexOutOfBoundsException ArrayStoreException ClassCastException ClassNotFoundException CloneNotSupportedException "
    "EnumConstantNotPresentException IllegalAccessException IllegalCallerException IllegalMonitorStateException "
    "IllegalThreadStateException IndexOutOfBoundsException InstantiationException InterruptedException LayerInstantiationException "
    "MatchException NegativeArraySizeException NoSuchFieldException NoSuchMethodException NullPointerException NumberFormatException "
    "ReflectiveOperationException SecurityException StringIndexOutOfBoundsException TypeNotPresentException WrongThreadException "
    "AbstractMethodError AssertionError BootstrapMethodError ClassCircularityError ClassFormatError ExceptionInInitializerError "
    "IllegalAccessError IncompatibleClassChangeError InstantiationError InternalError LinkageError NoClassDefFoundError "
    "NoSuchFieldError NoSuchMethodError OutOfMemoryError StackOverflowError ThreadDeath UnknownError UnsatisfiedLinkError "
    "UnsupportedClassVersionError VerifyError VirtualMachineError Deprecated FunctionalInterface Override SafeVarargs "
    "SuppressWarnings ";
bool is_in_java_lang(std::string_view name) { return kJavaLang.contains(" " + std::string(name) + " "); }
bool is_java(std::string_view package) { return package.starts_with("java."); }

}  // namespace

bool Type::may_hold_ours() const { return kind != foreign || std::ranges::any_of(arguments, &Type::may_hold_ours); }

Type Types::named(const Model& model, Node type, int depth) {
  if (!type || depth > kMaxTypeDepth || ++steps_ > kMaxTypeSteps) return {};
  if (is_type_declaration(type.parent()) && type.field() == "name") return ours(model, type.parent());
  if (type.is("type_identifier") || type.is("identifier")) return simple(model, type, type.text(), depth + 1);
  if (type.is("array_type")) {
    Type out = named(model, type.get("element"), depth + 1);
    out.dimensions += static_cast<int>(std::ranges::count(type.get("dimensions").text(), '['));
    return out;
  }
  if (type.is("generic_type")) {
    Type out = named(model, type.named_child(0), depth + 1);
    const Node arguments = type.child("type_arguments");
    for (Node child : arguments.children())
      if (child.named()) out.arguments.push_back(named(model, child, depth + 1));
    if (arguments && out.arguments.empty()) out.arguments.emplace_back();  // new List<>()
    return out;
  }
  if (type.is("wildcard")) {
    Node bound;
    for (Node child : type.children())
      if (child.named() && !child.is_any({"annotation", "marker_annotation", "super"})) bound = child;
    // What has a bound from below is still nothing but an Object.
    return bound && !type.child("super") ? named(model, bound, depth + 1) : foreign();
  }
  if (type.is("annotated_type")) {
    for (Node child : type.children())
      if (child.named() && !child.is_any({"annotation", "marker_annotation"})) return named(model, child, depth + 1);
    return {};
  }
  if (type.is("scoped_type_identifier") || type.is("scoped_identifier")) {
    const Node outer = type.named_child(0);
    Node last;
    for (Node child : type.children())
      if (child.is_any({"type_identifier", "identifier"})) last = child;
    if (!outer || !last || outer == last) return {};
    const Type around = named(model, outer, depth + 1);
    if (around.kind == Type::ours) return nested(around, last.text(), depth + 1);
    return around.kind == Type::foreign ? qualified(type.text(), depth + 1) : Type{};
  }
  if (type.is_any({"integral_type", "floating_point_type", "boolean_type", "void_type"})) return foreign();
  return {};
}

Type Types::simple(const Model& model, Node at, std::string_view name, int depth) {
  if (depth > kMaxTypeDepth) return {};
  for (ScopeId id = model.scope_of[at.id()];; id = model.scopes[id].parent) {
    const Scope& scope = model.scopes[id];
    if (const auto* bindings = model.find(id, name)) {
      for (const Binding& binding : *bindings) {
        if (!overlap(binding.space, Space::type)) continue;
        if (binding.kind == BindingKind::klass) return ours(model, binding.value);
        if (binding.kind == BindingKind::variable) return bound(model, binding.name, depth + 1);
        if (binding.kind != BindingKind::import) continue;
        const Type found = qualified(binding.import->module + "." + binding.import->name, depth + 1);
        if (found.kind != Type::foreign || binding.space == Space::type) return found;
      }
    }
    if (is_body(scope.node)) {
      const Type found = nested(ours(model, scope.node.parent()), name, depth + 1);
      if (found.kind != Type::foreign) return found;
    }
    if (id == kRootScope) break;
  }
  return unless_inherited(imported(model, name, depth), model, at, name, depth);
}

// What no scope of the file has: of its package, or by an import of everything.
Type Types::imported(const Model& model, std::string_view name, int depth) {
  const Type near = in_package(model.package, name);
  if (near.kind != Type::foreign) return near;
  bool outside = model.find(kRootScope, name) != nullptr;  // imported by its name
  for (const std::string& star : model.star_imports) {
    const Type found = qualified(star + "." + std::string(name), depth + 1);
    if (found.kind == Type::ours) return found;
    if (is_own_package(star)) continue;
    if (found.kind != Type::foreign) return found;
    outside = outside || qualified(star, depth + 1).kind != Type::ours;
  }
  // Nobody brings the type: it is of the package, and made when that is built.
  if (!outside && is_type_name(name) && !is_in_java_lang(name)) return {};
  return foreign(is_in_java_lang(name) || std::ranges::all_of(model.star_imports, is_java) ? std::string(name) : "");
}

Type Types::qualified(std::string_view path, int depth) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos || depth > kMaxTypeDepth) return foreign();
  const auto package = path.substr(0, dot), name = path.substr(dot + 1);
  const Type found = in_package(package, name);
  if (found.kind != Type::foreign) return found;
  const Type outer = qualified(package, depth + 1);
  if (outer.kind == Type::ours) return nested(outer, name, depth + 1);
  if (is_own_package(package) && is_type_name(name)) return {};  // made when the package is built
  return outer.kind == Type::unknown ? Type{} : foreign(is_java(path) ? std::string(name) : "");
}

// The member type of a class or of its bases; foreign when there is none.
Type Types::nested(const Type& outer, std::string_view name, int depth) {
  if (outer.kind != Type::ours) return foreign();
  if (depth > kMaxTypeDepth || ++steps_ > kMaxTypeSteps) return {};
  for (Node body : outer.node.children()) {
    if (!is_body(body)) continue;
    for (Node child : body.children()) {
      if (is_type_declaration(child) && child.get("name").text() == name) return ours(*outer.model, child);
      if (!child.is("enum_body_declarations")) continue;
      for (Node inner : child.children())
        if (is_type_declaration(inner) && inner.get("name").text() == name) return ours(*outer.model, inner);
    }
  }
  for (const Node base : rules_.bases(outer.node)) {
    // An enum's constant is looked up in the enum around anyway.
    if (outer.node.is("enum_constant")) continue;
    const Type found = nested(this->base(*outer.model, base, depth + 1), name, depth + 1);
    if (found.kind != Type::foreign) return found;
  }
  return foreign();
}

Type Types::in_package(std::string_view package, std::string_view name) {
  Type out = foreign();
  for (const std::string& path : declaring_files(name)) {
    const Model* model = project_.model(path);
    if (model == nullptr) return {};
    const auto* bindings = model->package == package ? model->find(kRootScope, name) : nullptr;
    if (bindings == nullptr) continue;
    for (const Binding& binding : *bindings) {
      if (binding.kind != BindingKind::klass) continue;
      if (out.kind == Type::ours) return {};  // twice: of two modules
      out = ours(*model, binding.value);
    }
  }
  return out;
}

void Types::index() {
  if (std::exchange(indexed_, true)) return;
  for (const std::string& path : project_.sources()) {
    const Decoded* text = project_.text(path);
    if (text == nullptr) continue;
    for (const std::string& declared : declared_names(text->text)) files_[declared].push_back(path);
    add_packages(text->text, own_packages_);
    project_.forget(path);
  }
}

bool Types::is_own_package(std::string_view package) {
  index();
  return own_packages_.contains(package);
}

const std::vector<std::string>& Types::declaring_files(std::string_view name) {
  static const std::vector<std::string> kNone;
  index();
  const auto hit = files_.find(name);
  return hit == files_.end() ? kNone : hit->second;
}

Type Types::bound(const Model& model, Node parameter, int depth) {
  const Node clause = parameter.parent().child("type_bound");
  // Of several bounds, any may have the member.
  Type out = !clause ? foreign() : clause.named_child(1) ? Type{} : named(model, clause.named_child(0), depth + 1);
  out.parameter = parameter;
  out.arguments.clear();
  return out;
}

Members Types::members(const Type& klass, std::string_view name, bool methods, int depth) {
  if (klass.kind == Type::unknown || depth > kMaxTypeDepth || ++steps_ > kMaxTypeSteps) return {.found = {}, .open = true, .lost = true};
  if (klass.kind == Type::foreign) return {.found = {}, .open = !surely_lacks(klass, name)};
  Members out;
  for (const Node token : declared_tokens(klass.node, name, methods))
    if (depth == 0 || !has_word(declaration_of(token), "private")) out.found.push_back({klass.model, token, klass.node});
  if (!out.found.empty()) return out;
  for (const Node base : rules_.bases(klass.node)) {
    Members inherited = members(this->base(*klass.model, base, depth), name, methods, depth + 1);
    out.open = out.open || inherited.open;
    out.lost = out.lost || inherited.lost;
    if (out.found.empty()) out.found = std::move(inherited.found);
  }
  return out;
}

bool Types::inherits_arguments(const Type& klass, int depth) {
  if (depth > kMaxTypeDepth || ++steps_ > kMaxTypeSteps) return true;
  if (klass.kind != Type::ours) return klass.may_hold_ours();
  return std::ranges::any_of(rules_.bases(klass.node),
                             [&](Node base) { return inherits_arguments(this->base(*klass.model, base, depth), depth + 1); });
}

}  // namespace argosy::code::java_members
