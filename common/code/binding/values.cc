#include "common/code/binding/values.h"

#include <algorithm>

namespace argosy::code {
namespace {

// Longer chains of names, members and calls count as unknown, and so does what takes more steps to find out.
constexpr int kMaxDepthOfValue = 64;
constexpr int kMaxSteps = 5000;
// How often a variable that depends on itself is asked again until its answer stays.
constexpr int kMaxRounds = 4;

Value join(Value a, const Value& b) {
  if (a.kind == Value::nothing) return b;
  if (b.kind == Value::nothing) return a;
  if (a.kind == Value::unknown || b.kind == Value::unknown) return {};
  if (a.kind == Value::module || b.kind == Value::module) {
    if (a.kind != b.kind) return {};
    a.modules.insert(b.modules.begin(), b.modules.end());
    return a;
  }
  if (a.kind == Value::foreign && b.kind == Value::foreign) return a;
  if (a.kind == b.kind && a.node == b.node) return a;
  return {.kind = Value::thing};
}

}  // namespace

Value Values::of(const Model& model, Node expression) {
  if (depth_ == 0) steps_ = 0;
  if (!expression || depth_ >= kMaxDepthOfValue || ++steps_ > kMaxSteps) return {};
  ++depth_;
  Value value = of_shape(model, rules_.shape(model, expression), expression);
  --depth_;
  return value;
}

Value Values::of_shape(const Model& model, const Shape& shape, Node at) {
  switch (shape.kind) {
    case Shape::name:
      return of_name(model, at, shape.text);
    case Shape::member:
      return of_member(of(model, shape.node), shape.text);
    case Shape::call:
      return of_call(model, shape);
    case Shape::instance: {
      const Value klass = of(model, shape.node);
      return klass.kind == Value::klass ? Value{.kind = Value::thing, .model = klass.model, .node = klass.node}
                                        : Value{.kind = Value::thing};
    }
    case Shape::module:
      return of_import(model, {std::string(shape.text), ""});
    case Shape::own_module:
      return {.kind = Value::module, .modules = {rules_.module_of(model)}};
    case Shape::receiver:
      return {.kind = Value::thing, .model = &model, .node = shape.node};
    case Shape::klass:
      return {.kind = Value::klass, .model = &model, .node = at};
    case Shape::function:
      return {.kind = Value::function, .model = &model, .node = at};
    case Shape::thing:
      return {.kind = Value::thing};
    case Shape::foreign:
      return {.kind = Value::foreign};
    case Shape::nothing:
      return {.kind = Value::nothing};
    case Shape::either:
      return join(of(model, shape.node), of(model, shape.other));
    case Shape::same:
      return of(model, shape.node);
    case Shape::unknown:
      break;
  }
  return {};
}

Value Values::of_name(const Model& model, Node at, std::string_view name) {
  const Found found = look_up(model, at, name, at.is("type_identifier") ? Space::type : Space::value);
  if (found.blurred) return {};
  if (found.bindings != nullptr) return of_variable(model, *found.bindings);
  for (const std::string& star : model.star_imports) {
    for (const std::string& module : project_.resolve(model, star)) {
      const Value value = in_module(module, name);
      if (value.kind != Value::nothing) return value;
    }
  }
  return {.kind = Value::foreign};  // the language's own
}

Value Values::of_variable(const Model& model, const std::vector<Binding>& bindings) {
  const Variable self = &bindings;
  if (const auto hit = known_.find(self); hit != known_.end()) return hit->second;
  if (const auto hit = open_.find(self); hit != open_.end()) {
    used_open_.insert(self);
    return hit->second;
  }
  open_[self] = {.kind = Value::nothing};
  Value all;
  for (int round = 0;; ++round) {
    all = {.kind = Value::nothing};
    used_open_.erase(self);
    for (const Binding& binding : bindings) all = join(std::move(all), of_binding(model, binding));
    if (!used_open_.contains(self) || all == open_[self]) break;
    if (round == kMaxRounds) {
      all = {};
      break;
    }
    open_[self] = all;
  }
  open_.erase(self);
  used_open_.erase(self);
  if (used_open_.empty()) known_[self] = all;
  return all;
}

Value Values::of_binding(const Model& model, const Binding& binding) {
  switch (binding.kind) {
    case BindingKind::import:
      return of_import(model, *binding.import);
    case BindingKind::function:
      return {.kind = Value::function, .model = &model, .node = binding.value};
    case BindingKind::klass:
      return {.kind = Value::klass, .model = &model, .node = binding.value};
    default:
      break;
  }
  if (binding.type) return typed(model, binding.type);
  switch (binding.source) {
    case Source::expression:
      return of(model, binding.value);
    case Source::member:
      return of_member(of(model, binding.value), binding.name.text());
    case Source::part: {
      Value whole = of(model, binding.value);
      return whole.kind == Value::foreign || whole.kind == Value::nothing ? whole : Value{};
    }
    case Source::receiver:
      return {.kind = Value::thing, .model = &model, .node = binding.value};
    case Source::thing:
      return {.kind = Value::thing};
    case Source::unknown:
      break;
  }
  return {};
}

Value Values::of_import(const Model& importer, const Import& import) {
  const auto& modules = project_.resolve(importer, import.module);
  if (modules.empty()) return {.kind = Value::foreign};
  if (import.name.empty()) return {.kind = Value::module, .modules = {modules.begin(), modules.end()}};
  Value all{.kind = Value::nothing};
  for (const std::string& module : modules) {
    const Value value = in_module(module, import.name);
    all = join(std::move(all), value.kind == Value::nothing ? Value{} : value);
  }
  return all;
}

// `nothing` when the module has no such name.
Value Values::in_module(const std::string& module, std::string_view name) {
  const Model* model = project_.has(module) ? project_.model(module) : nullptr;
  if (model == nullptr && project_.has(module)) return {};
  Value answer{.kind = Value::nothing};
  if (model != nullptr) {
    answer = in_file(*model, name);
    const auto question = std::pair(module, std::string(name));
    if (answer.kind == Value::nothing && asked_stars_.insert(question).second) {
      for (const std::string& star : rules_.exports_everything() ? model->star_imports : model->star_exports)
        for (const std::string& inner : project_.resolve(*model, star)) answer = join(std::move(answer), in_module(inner, name));
      asked_stars_.erase(question);
    }
    for (const Node& whole : model->export_values)
      if (answer.kind == Value::nothing) answer = of_member(of(*model, whole), name);
    if (answer.kind == Value::nothing && model->opaque) return {};
  }
  if (answer.kind != Value::nothing) return answer;
  const std::string inner = rules_.submodule(project_, module, name);
  return inner.empty() ? answer : Value{.kind = Value::module, .modules = {inner}};
}

Value Values::in_file(const Model& model, std::string_view name) {
  const auto of_root = [&](std::string_view variable) {
    const auto* bindings = model.find(kRootScope, variable);
    return bindings == nullptr ? Value{.kind = Value::nothing} : of_variable(model, *bindings);
  };
  if (rules_.exports_everything()) return of_root(name);
  Value answer{.kind = Value::nothing};
  for (const Export& entry : model.exports) {
    if (entry.name != name) continue;
    answer = join(std::move(answer), entry.from                ? of_import(model, *entry.from)
                                     : !entry.variable.empty() ? of_root(entry.variable)
                                                               : of(model, entry.value));
  }
  return answer;
}

Value Values::of_member(const Value& receiver, std::string_view name) {
  switch (receiver.kind) {
    case Value::nothing:
    case Value::foreign:
      return receiver;
    case Value::module: {
      Value all{.kind = Value::nothing};
      for (const std::string& module : receiver.modules) {
        const Value value = in_module(module, name);
        all = join(std::move(all), value.kind == Value::nothing ? Value{} : value);
      }
      return all;
    }
    case Value::thing:
    case Value::klass: {
      if (receiver.model == nullptr) return {};
      const auto found = receiver.model->members.find({receiver.node.id(), name});
      return found == receiver.model->members.end() ? Value{} : of_variable(*receiver.model, found->second);
    }
    case Value::function:
    case Value::unknown:
      break;
  }
  return {};
}

Value Values::of_call(const Model& model, const Shape& call) {
  const Shape method = rules_.shape(model, call.node);
  if (method.kind == Shape::member && rules_.is_container_method(method.text) && of(model, method.node).kind != Value::module)
    return {.kind = Value::thing};
  const Value callee = of(model, call.node);
  switch (callee.kind) {
    case Value::nothing:
      return callee;
    // Foreign code knows our modules only from what it is given.
    case Value::foreign:
      return mentions_module(model, call.other) ? Value{} : callee;
    case Value::klass:
      return {.kind = Value::thing, .model = callee.model, .node = callee.node};
    case Value::function:
      return callee.model == nullptr ? Value{} : typed(*callee.model, callee.node.get("return_type"));
    default:
      return {};
  }
}

bool Values::mentions_module(const Model& model, Node arguments) {
  if (!arguments) return false;
  for (NodeId id = arguments.id() + 1; id <= arguments.last_id(); ++id) {
    const Node node = model.tree->node(id);
    if (rules_.is_string(node)) {
      const auto content = content_of(node.text());
      if (std::ranges::any_of(content, [](char c) { return std::isalpha(static_cast<unsigned char>(c)); }) &&
          !project_.resolve(model, content).empty())
        return true;
      continue;
    }
    const Shape shape = rules_.shape(model, node);
    if (shape.kind == Shape::module || shape.kind == Shape::own_module) return true;
    if (shape.kind == Shape::name && of(model, node).kind == Value::module) return true;
  }
  return false;
}

Value Values::typed(const Model& model, Node type) {
  if (!type || rules_.is_vague_type(type)) return {};
  for (NodeId id = type.id(); id <= type.last_id(); ++id) {
    const Node node = model.tree->node(id);
    if (!rules_.is_identifier(node)) continue;
    const Found found = look_up(model, node, node.text(), Space::type);
    if (found.bindings == nullptr) continue;
    // A type variable stands for anything.
    for (const Binding& binding : *found.bindings)
      if (binding.kind != BindingKind::klass && binding.kind != BindingKind::import) return {};
    // name: Class, and nothing around it: then the attributes are those of the class.
    if (node.parent() != type || type.named_child(1)) continue;
    const Value klass = of_variable(model, *found.bindings);
    if (klass.kind == Value::klass) return {.kind = Value::thing, .model = klass.model, .node = klass.node};
  }
  return {.kind = Value::thing};
}

}  // namespace argosy::code
