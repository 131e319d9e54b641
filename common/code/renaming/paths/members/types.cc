// Types by what is declared.
#include <algorithm>
#include <array>

#include "common/code/binding/values.h"
#include "common/code/renaming/paths/members/typing.h"
#include "common/core/text.h"

namespace argosy::code::impls {
namespace {

constexpr auto kBoxes = std::to_array<std::string_view>({"Box", "Rc", "Arc"});
constexpr auto kHolders = std::to_array<std::string_view>(
    {"Option", "Result", "Vec", "VecDeque", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "RefCell", "Cell", "Mutex", "RwLock"});
// Traits that say nothing of other types.
constexpr auto kPlainTraits = std::to_array<std::string_view>({"Sized", "Send", "Sync", "Copy", "Clone", "Debug", "Display", "Default",
                                                               "Eq", "PartialEq", "Ord", "PartialOrd", "Hash", "Error", "Unpin"});

bool in(std::span<const std::string_view> words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

}  // namespace

Type Typing::named(const Model& model, Node type, const Names& names) {
  if (!type || enough()) return {};
  const Deeper deeper(depth_);
  Type out = written(model, type, names);
  return size_of(out) > kMaxPartsOfType ? Type{} : out;
}

Type Typing::written(const Model& model, Node type, const Names& names) {
  if (type.is_any({"primitive_type", "unit_type", "never_type"})) return {.kind = Type::foreign};
  if (type.is_any({"reference_type", "pointer_type"})) return named(model, type.get("type"), names);
  if (type.is("array_type")) return {.kind = Type::holder, .what = {.name = "[]"}, .args = {named(model, type.get("element"), names)}};
  if (type.is("tuple_type")) {
    Type out{.kind = Type::holder, .what = {.name = "()"}};
    for (const Node child : type.children())
      if (child.named()) out.args.push_back(named(model, child, names));
    return out;
  }
  if (type.is_any({"dynamic_type", "abstract_type"})) return bounds(model, type.get("trait"));
  if (type.is("generic_type")) {
    std::vector<Type> args;
    for (const Node argument : arguments_of(type)) args.push_back(named(model, argument, names));
    return path(model, type, paths::parts_of(type.get("type")), args);
  }
  if (!type.is_any({"type_identifier", "scoped_type_identifier", "identifier", "scoped_identifier"})) return {};
  const auto parts = paths::parts_of(type);
  if (const auto hit = parts.size() == 1 ? names.find(parts.front()) : names.end(); hit != names.end()) {
    steps_ += static_cast<int>(size_of(hit->second));
    return hit->second;
  }
  return path(model, type, parts);
}

Type Typing::path(const Model& model, Node at, const std::vector<std::string>& path, const std::vector<Type>& args) {
  if (path.empty() || enough()) return {};
  const Deeper deeper(depth_);
  if (path.front() == "Self") return path.size() == 1 ? self(model, at) : Type{};
  if (path.size() == 1) {
    const Found hit = look_up(model, at, path.front(), Space::type);
    if (hit.bindings != nullptr && hit.scope != kRootScope)
      return hit.bindings->front().kind == BindingKind::parameter ? parameter(model, hit.bindings->front().name) : Type{};
  }
  const Things things = crate_.find(model, at, path);
  if (things.size() != 1) return {};
  const Thing& thing = *things.begin();
  if (thing.kind == Thing::item) {
    const auto items = crate_.items(thing);
    return items.empty() ? Type{} : from_item(items.front(), thing, args);
  }
  if (thing.kind != Thing::foreign) return {};
  const std::string& last = path.back();
  if (in(kBoxes, last) && args.size() == 1) {
    Type inner = args.front();
    inner.boxed = true;
    return inner;
  }
  if (in(kHolders, last) && !args.empty()) return {.kind = Type::holder, .what = {.name = last}, .args = args};
  const bool plain = std::ranges::all_of(args, [](const Type& type) { return type.kind == Type::foreign; });
  return plain ? Type{.kind = Type::foreign} : Type{};
}

Type Typing::from_item(const At& item, const Thing& thing, const std::vector<Type>& args) {
  if (item.node.is("trait_item")) return {.kind = Type::bounded, .args = {{.kind = Type::own, .what = thing}}};
  if (!item.node.is("type_item")) return is_type(item.node) ? Type{.kind = Type::own, .what = thing, .args = args} : Type{};
  if (!resolving_.insert(thing).second) return {};
  Type out = named(*item.model, item.node.get("type"), names_of({.args = args}, item.node));
  resolving_.erase(thing);
  return out;
}

// T: A + B, also in a where clause of what declares it.
Type Typing::parameter(const Model& model, Node token) {
  Type out{.kind = Type::bounded};
  const auto add = [&](Node traits) {
    const Type more = bounds(model, traits);
    out.open = out.open || more.open || more.kind != Type::bounded;
    out.args.insert(out.args.end(), more.args.begin(), more.args.end());
  };
  const Node around = token.parent();
  if (around.is("const_parameter")) return {.kind = Type::foreign};
  if (around.get("bounds")) add(around.get("bounds"));
  Node item = token.around({"type_parameters"}).parent();
  const Node where = item.child("where_clause");
  for (const Node predicate : where ? where.children() : Children(Node()))
    if (predicate.is("where_predicate") && predicate.get("left").text() == token.text()) add(predicate.get("bounds"));
  return out;
}

// A trait, or several: what has them.
Type Typing::bounds(const Model& model, Node traits) {
  Type out{.kind = Type::bounded};
  const auto add = [&](Node trait) {
    if (trait.is("higher_ranked_trait_bound")) trait = trait.get("type");
    const Type found = named(model, trait);
    const auto parts = paths::parts_of(trait.is("generic_type") ? trait.get("type") : trait);
    if (found.kind == Type::bounded)
      out.args.insert(out.args.end(), found.args.begin(), found.args.end());
    else if (!in(kPlainTraits, parts.back()))
      out.open = true;
  };
  if (!traits.is("trait_bounds")) {
    add(traits);
    return out;
  }
  for (const Node child : traits.children())
    if (child.named() && !child.is_any({"lifetime", "removed_trait_bound"})) add(child);
  return out;
}

Type Typing::self(const Model& model, Node at) {
  const Node owner = at.is_any({"impl_item", "trait_item"}) ? at : at.around({"impl_item", "trait_item"});
  if (const Node type = at.around({"struct_item", "enum_item", "union_item"}))
    return {.kind = Type::own, .what = crate_.thing_of(model, type)};
  if (owner.is("impl_item")) return named(model, owner.get("type"));
  if (!owner || owner.around({"block"})) return {};
  return {.kind = Type::bounded, .args = {{.kind = Type::own, .what = crate_.thing_of(model, owner)}}};
}

const std::vector<At>* Typing::impls(const Type& type) {
  if (const auto hit = impls_.find(type.what); hit != impls_.end()) return &hit->second;
  const auto* models = crate_.mentioning("impl", type.what.name);
  if (models == nullptr) return nullptr;
  std::vector<At> found;
  for (const Model* model : *models)
    for (NodeId id = 0; id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (!node.is("impl_item") || !contains_word(node.get("type").text(), type.what.name)) continue;
      const Type target = named(*model, node.get("type"));
      if (target.kind == Type::own && target.what == type.what) found.push_back({model, node});
    }
  return &(impls_[type.what] = std::move(found));
}

std::vector<Method> Typing::methods(const Type& type, const std::string& name, bool& known) {
  std::vector<Method> out;
  const auto add = [&](const Model& model, Node owner, const Type& trait, bool inherent) {
    const Node body = owner.get("body");
    for (const Node child : body ? body.children() : Children(Node()))
      if (is_function(child) && child.get("name").text() == name) out.push_back({{&model, child}, inherent, trait});
  };
  if (type.kind == Type::bounded) {
    for (const Type& trait : type.args)
      for (const At& item : crate_.items(trait.what)) add(*item.model, item.node, trait, false);
    return out;
  }
  const auto* blocks = impls(type);
  known = known && blocks != nullptr;
  for (const At& block : blocks == nullptr ? std::vector<At>() : *blocks) {
    const Node trait = trait_of(block.node);
    const Type of_trait = trait ? named(*block.model, trait) : Type{};
    add(*block.model, block.node,
        of_trait.kind == Type::bounded && !of_trait.args.empty() ? of_trait.args.front() : Type{.kind = of_trait.kind}, !trait);
  }
  return out;
}

bool Typing::has_trait(const Type& type, const Thing& trait) {
  const auto* blocks = impls(type);
  return blocks != nullptr && std::ranges::any_of(*blocks, [&](const At& block) {
           const Type found = trait_of(block.node) ? named(*block.model, trait_of(block.node)) : Type{};
           return found.kind == Type::bounded && !found.args.empty() && found.args.front().what == trait;
         });
}

bool Typing::derefs(const Type& type) {
  const auto* blocks = impls(type);
  const bool implemented =
      blocks == nullptr || std::ranges::any_of(*blocks, [](const At& block) {
        return contains_word(trait_of(block.node).text(), "Deref") || contains_word(trait_of(block.node).text(), "DerefMut");
      });
  // A macro that derives it.
  return implemented || std::ranges::any_of(crate_.items(type.what), [](const At& item) {
           for (Node before = item.node.previous(); before.is_any({"attribute_item", "line_comment", "block_comment"});
                before = before.previous())
             if (before.text().contains("Deref")) return true;
           return false;
         });
}

bool Typing::has_field(const Type& type, std::string_view name) {
  for (const At& item : crate_.items(type.what)) {
    const Node body = item.node.get("body");
    for (const Node child : body ? body.children() : Children(Node()))
      if (child.is("field_declaration") && child.get("name").text() == name) return true;
  }
  return false;
}

Type Typing::field(const Type& type, std::string_view name) {
  const bool number = !name.empty() && std::isdigit(static_cast<unsigned char>(name.front()));
  const std::size_t wanted = number ? static_cast<std::size_t>(text::to_int(name).value_or(0)) : 0;
  if (type.kind == Type::holder && type.what.name == "()") return number && wanted < type.args.size() ? type.args[wanted] : Type{};
  if (type.kind != Type::own) return {};
  Type out;
  bool first = true;
  for (const At& item : crate_.items(type.what)) {
    const Node body = item.node.get("body");
    const Names names = names_of(type, item.node);
    std::size_t index = 0;
    for (const Node child : body ? body.children() : Children(Node())) {
      Node declared;
      if (body.is("ordered_field_declaration_list") && child.field() == "type" && number && index++ == wanted) declared = child;
      if (child.is("field_declaration") && child.get("name").text() == name) declared = child.get("type");
      if (!declared) continue;
      const Type found = named(*item.model, declared, names);
      if (!first && found != out) return {};
      out = found;
      first = false;
    }
  }
  return out;
}

}  // namespace argosy::code::impls
