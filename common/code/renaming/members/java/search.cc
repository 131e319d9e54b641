#include "common/code/renaming/members/java/search.h"

#include <algorithm>
#include <utility>

#include "common/code/places.h"
#include "common/code/renaming/walks.h"

namespace argosy::code::java_members {

Search::Search(const Project& project, const Rules& rules, WantedMember wanted)
    : project_(project), rules_(rules), wanted_(std::move(wanted)), types_(project, rules), expressions_(types_) {}

bool Search::declares() { return !declared_tokens(wanted_.klass, wanted_.name, wanted_.kind == "method").empty(); }

void Search::gather() {
  const Home home{wanted_.model, wanted_.klass};
  const auto is_component = [&](const Home& one) {
    const auto fields = declared_tokens(one.klass, wanted_.name, false);
    return one.klass.is("record_declaration") &&
           std::ranges::any_of(fields, [](Node token) { return token.parent().is("formal_parameter"); });
  };
  if (wanted_.kind == "attribute") fields_.insert(home);
  if (wanted_.kind == "method" || is_component(home)) gather_methods(home);
  for (const Home& one : methods_)
    if (is_component(one)) fields_.insert(one);
}

// Whoever shares an object with one of the group is of the group.
void Search::gather_methods(const Home& home) {
  methods_.insert(home);
  const auto is_private = [](Node token) { return has_word(declaration_of(token), "private"); };
  const auto own = declared_tokens(home.klass, wanted_.name, true);
  if (std::ranges::all_of(own, is_private)) return;
  const auto resolve = [this](const Model& model, Node base) {
    types_.begin();
    const Type type = types_.base(model, base);
    return type.kind == Type::ours ? Value{.kind = Value::klass, .model = type.model, .node = type.node} : Value{};
  };
  const Classes family(project_, rules_, resolve, *home.model, home.klass);
  const auto declares = [&](Classes::Id id) {
    return !std::ranges::all_of(declared_tokens(family.at(id).node, wanted_.name, true), is_private);
  };
  const auto group = family.sharing({family.find(home.klass)}, declares);
  bool overridable = false;
  for (const Classes::Id id : group)
    for (const Node token : declared_tokens(family.at(id).node, wanted_.name, true))
      overridable = overridable || !(is_private(token) || has_word(declaration_of(token), "static"));
  std::set<Classes::Id> near = group, inherit = group;
  inherit.merge(family.descendants(group));
  near.insert(inherit.begin(), inherit.end());
  near.merge(family.ancestors(group));
  inherit.merge(family.ancestors(inherit));
  const auto home_of = [&](Classes::Id id) { return Home{family.at(id).model, family.at(id).node}; };
  for (const Classes::Id id : group) methods_.insert(home_of(id));
  for (const Classes::Id id : near) related_.insert(home_of(id));
  if (overridable)
    for (const Classes::Id id : inherit) inherit_.insert(home_of(id));
}

Findings Search::run() {
  gather();
  each_source_with(project_, wanted_.name, found_.refusals, [&](const Model& model) { source(model); });
  // @C("x") sets it without its name.
  if (wanted_.name == "value")
    for (const Home& home : methods_)
      if (home.klass.is("annotation_type_declaration")) refuse("name_bound_outside", *home.model, home.klass.get("name"));
  if (!wanted_.force.attributes) check_outside();
  refuse_unreadable(project_, rules_, wanted_.name, found_.refusals);
  return std::move(found_);
}

std::vector<Place> Search::declarations_near(std::string_view name) {
  std::vector<Place> out;
  const auto add = [&](const Home& home, bool methods) {
    for (const Node token : declared_tokens(home.klass, name, methods))
      out.push_back(place_at(home.model->path, *home.model->tree, token.start()));
  };
  for (const Home& home : fields_) add(home, false);
  std::set<Home> near = related_;
  near.insert(methods_.begin(), methods_.end());
  for (const Home& home : near)
    if (!(fields_.contains(home) && home.klass.is("record_declaration"))) add(home, true);
  return out;
}

void Search::source(const Model& model) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (rules_.is_string(node)) string(model, node);
    if (node.last_id() == id && node.is("identifier") && node.text() == wanted_.name) identifier(model, node);
  }
}

void Search::identifier(const Model& model, Node node) {
  if (!model.tree->clean_around(node)) return refuse("syntax_broken", model, node);
  types_.begin();
  const Meaning found = meaning(model, node);
  if (found == Meaning::other) return;
  if (found == Meaning::unsure && !wanted_.force.attributes) return refuse("receiver_unresolved", model, node);
  found_.sites.push_back({model.path, node.start(), node.end(), wanted_.new_name, 0, found == Meaning::ours});
}

Search::Meaning Search::meaning(const Model& model, Node node) {
  const Node parent = node.parent();
  const auto field = node.field();
  if (parent.is("ERROR")) return Meaning::unsure;
  if (const Node klass = rules_.declared_in(model, node)) return declaration(model, klass, node);
  if (node.around({"import_declaration"})) return of_import(node);
  if (parent.is("method_invocation") && field == "name")
    return methods_.empty() ? Meaning::other : behind(model, parent.get("object"), node, true);
  if (parent.is("method_reference") && node != parent.named_child(0))
    return methods_.empty() ? Meaning::other : behind(model, parent.named_child(0), node, true);
  if (parent.is("field_access") && field == "field")
    return fields_.empty() ? Meaning::other : behind(model, parent.get("object"), node, false);
  if (parent.is("element_value_pair") && field == "key") {
    const Node annotation = node.around({"annotation"});
    const auto name = annotation.get("name").text();
    const auto is_called = [&](const Home& home) { return name.ends_with(home.klass.get("name").text()); };
    if (std::ranges::none_of(methods_, is_called)) return Meaning::other;
    return of(types_.members(types_.named(model, annotation.get("name")), wanted_.name, true), true);
  }
  if (fields_.empty() || node.around({"package_declaration"}) ||
      parent.is_any({"constructor_declaration", "compact_constructor_declaration", "record_pattern", "module_declaration"}))
    return Meaning::other;
  if (model.bound_at.contains(node.id())) return is_component_parameter(node) ? Meaning::ours : Meaning::other;
  if (rules_.local_use(project_, model, node).role != Role::name) return Meaning::other;
  if (parent.is("switch_label")) return of_label(model, node, node.around({"switch_expression"}).get("condition"));
  return plain(model, node);
}

Search::Meaning Search::declaration(const Model& model, Node klass, Node node) const {
  const auto is_in = [&](const std::set<Home>& homes) { return homes.contains({&model, klass}); };
  const bool method = node.parent().is_any({"method_declaration", "annotation_type_element_declaration"});
  const bool component = node.parent().is("formal_parameter");
  const bool ours = ((method || component) && is_in(methods_)) || (!method && is_in(fields_));
  return ours ? Meaning::ours : Meaning::other;
}

// import static p.C.name: of fields and methods at once.
Search::Meaning Search::of_import(Node node) {
  const Node path = node.parent(), import = path.parent();
  if (!path.is("scoped_identifier") || node.field() != "name" || !import.is("import_declaration") || !import.child("static") ||
      import.child("asterisk"))
    return Meaning::other;
  const Type klass = types_.qualified(path.get("scope").text());
  if (klass.kind == Type::unknown) return Meaning::unsure;
  const Members methods = types_.members(klass, wanted_.name, true), fields = types_.members(klass, wanted_.name, false);
  const Meaning a = of(methods, true), b = of(fields, false);
  if (a == b || methods.found.empty() || fields.found.empty()) return a == Meaning::other ? b : a;
  return Meaning::unsure;
}

Search::Meaning Search::behind(const Model& model, Node object, Node node, bool method) {
  if (!object) return of(expressions_.method(model, node, wanted_.name), true);
  if (object.is("super")) {
    const Type klass = Expressions::around(model, node);
    for (const Node base : klass.node ? rules_.bases(klass.node) : std::vector<Node>())
      if (const Meaning found = of(types_.members(types_.base(*klass.model, base), wanted_.name, method), method); found != Meaning::other)
        return found;
    return Meaning::other;
  }
  if (!method && node.parent().child("super")) return Meaning::unsure;
  const Type type = expressions_.of(model, object);
  if (type.kind == Type::unknown) return Meaning::unsure;
  if (type.kind == Type::foreign || type.dimensions > 0) return Meaning::other;
  return of(types_.members(type, wanted_.name, method), method);
}

Search::Meaning Search::plain(const Model& model, Node node) {
  const Variable found = expressions_.variable(model, node, wanted_.name);
  switch (found.kind) {
    case Variable::none:
      return Meaning::other;
    case Variable::local:
      return is_component_parameter(found.token) ? Meaning::ours : Meaning::other;
    case Variable::member:
      return fields_.contains({found.model, found.klass}) ? Meaning::ours : Meaning::other;
    case Variable::unsure:
      break;
  }
  return Meaning::unsure;
}

// case NAME: of what is switched over, if that is an enum.
Search::Meaning Search::of_label(const Model& model, Node node, Node condition) {
  const Type type = expressions_.of(model, condition);
  if (type.is_object() && type.node.is("enum_declaration")) return of(types_.members(type, wanted_.name, false), false);
  const auto is_enum = [](const Home& home) { return home.klass.is("enum_declaration"); };
  if (type.kind == Type::unknown && std::ranges::any_of(fields_, is_enum)) return Meaning::unsure;
  return plain(model, node);
}

Search::Meaning Search::of(const Members& members, bool methods) const {
  if (members.found.empty()) return members.lost ? Meaning::unsure : Meaning::other;
  const auto& group = methods ? methods_ : fields_;
  const bool ours = std::ranges::any_of(members.found, [&](const Declaration& one) { return group.contains({one.model, one.klass}); });
  if (!ours) return Meaning::other;
  // Between the class and an outer one that has it stands a base from outside.
  return members.hidden ? Meaning::unsure : Meaning::ours;
}

// Of the constructor that names all components: it must name them as they are.
bool Search::is_component_parameter(Node token) const {
  const Node parameters = token.parent().parent(), constructor = parameters.parent();
  if (!token.parent().is("formal_parameter") || !constructor.is("constructor_declaration")) return false;
  const Node record = constructor.parent().parent();
  const bool ours = std::ranges::any_of(fields_, [&](const Home& home) { return home.klass == record; });
  const auto count = [](Node list) {
    std::size_t n = 0;
    for (Node child : list.children()) n += child.is("formal_parameter") ? 1 : 0;
    return n;
  };
  return ours && record.is("record_declaration") && count(parameters) == count(record.get("parameters"));
}

void Search::refuse(std::string code, const Model& model, Node node) {
  found_.refusals.push_back({std::move(code), place_at(model.path, *model.tree, node.start())});
}

}  // namespace argosy::code::java_members
