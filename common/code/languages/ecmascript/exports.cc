// What leaves a JavaScript or TypeScript file: export statements, and what is assigned to CommonJS's exports.
#include "common/code/binding/values.h"
#include "common/code/languages/ecmascript/ecmascript.h"

namespace argosy::code {
namespace {

// What a chain of assignments sets in the end: exports = module.exports = value.
Node end_of_chain(Node value) {
  while (value.is_any({"assignment_expression", "parenthesized_expression"}))
    value = value.is("assignment_expression") ? value.get("right") : value.named_child(0);
  return value;
}

class Exports {
 public:
  explicit Exports(Model& model) : model_(model) {}

  void run() {
    for (NodeId id = 0; id < model_.tree->size(); ++id) {
      const Node node = model_.tree->node(id);
      if (node.is("export_statement")) {
        model_.is_module = true;
        if (node.parent().is("program")) statement(node);
      } else if (node.is("assignment_expression")) {
        assignment(node);
      } else if (node.is("call_expression")) {
        call(node);
      }
    }
  }

 private:
  void add(std::string_view name, Node token, Node value) {
    const bool root = value.is("identifier") && look_up(model_, value, value.text(), Space::both).scope == kRootScope &&
                      model_.find(kRootScope, value.text());
    model_.exports.push_back({std::string(name), token, root ? std::string(value.text()) : "", value, {}});
  }

  void statement(Node node) {
    const bool is_default = static_cast<bool>(node.child("default"));
    const Node source = node.get("source");
    const std::string module(content_of(source.text()));
    if (const Node clause = node.child("export_clause")) {
      for (Node one : clause.children()) {
        if (!one.is("export_specifier")) continue;
        const Node name = one.get("name"), token = one.get("alias") ? one.get("alias") : name;
        Export entry{std::string(token.text()), token, source ? "" : std::string(name.text()), {}, {}};
        if (source) entry.from = Import{module, std::string(name.text())};
        model_.exports.push_back(std::move(entry));
      }
    } else if (const Node all = node.child("namespace_export")) {
      const Node token = all.named_child(0);
      model_.exports.push_back({std::string(token.text()), token, "", {}, Import{module, ""}});
    } else if (source) {
      model_.star_exports.push_back(module);
    } else if (const Node declaration = node.get("declaration")) {
      declared(declaration.is("ambient_declaration") ? declaration.named_child(0) : declaration, is_default);
    } else if (const Node value = node.get("value")) {
      add("default", value, value);
    } else if (node.child("=")) {  // export = value
      whole(node.named_child(0));
    }
  }

  void declared(Node declaration, bool is_default) {
    if (const Node name = declaration.get("name")) {
      model_.exports.push_back({is_default ? "default" : std::string(name.text()), name, std::string(name.text()), {}, {}});
      return;
    }
    for (NodeId id = declaration.id(); id <= declaration.last_id(); ++id) {
      const auto bound = model_.bound_at.find(id);
      const Node token = model_.tree->node(id);
      if (bound != model_.bound_at.end() && bound->second == kRootScope)
        model_.exports.push_back({std::string(token.text()), token, std::string(token.text()), {}, {}});
    }
  }

  void assignment(Node node) {
    const Node left = node.get("left"), right = end_of_chain(node.get("right"));
    if (is_own_exports(model_, left)) {
      model_.is_module = true;
      if (!is_own_exports(model_, right)) whole(right);
      return;
    }
    const bool member = left.is("member_expression") && is_own_exports(model_, left.get("object"));
    const bool computed = left.is("subscript_expression") && is_own_exports(model_, left.get("object"));
    if (!member && !computed) return;
    model_.is_module = true;
    if (member)
      add(left.get("property").text(), left.get("property"), right);
    else
      model_.opaque = true;
  }

  // module.exports = value
  void whole(Node value) {
    if (value.is("identifier")) {
      const Found found = look_up(model_, value, value.text(), Space::value);
      if (found.bindings != nullptr && found.bindings->size() == 1 && found.bindings->front().value.is("object"))
        value = found.bindings->front().value;
    }
    if (!value.is("object")) {
      model_.export_values.push_back(value);
      return;
    }
    model_.own_objects.insert(value.id());
    for (Node entry : value.children()) {
      if (entry.is("shorthand_property_identifier")) {
        model_.exports.push_back({std::string(entry.text()), entry, std::string(entry.text()), {}, {}});
      } else if (entry.is("pair")) {
        const Node key = entry.get("key");
        if (key.is("property_identifier"))
          add(key.text(), key, entry.get("value"));
        else if (key.is("string"))
          add(content_of(key.text()), key, entry.get("value"));
        else
          model_.opaque = true;
      } else if (entry.is("method_definition")) {
        if (const Node name = entry.get("name"); name.is("property_identifier"))
          add(name.text(), name, entry);
        else
          model_.opaque = true;
      } else if (entry.is("spread_element")) {
        model_.export_values.push_back(entry.named_child(0));
      }
    }
  }

  // Whoever gets the exports may add to them.
  void call(Node node) {
    if (loaded_module(model_, node)) model_.is_module = true;
    const Node arguments = node.get("arguments");
    const bool assign = node.get("function").text() == "Object.assign";
    bool given = false;
    for (Node argument : arguments.children()) {
      if (is_own_exports(model_, argument))
        given = true;
      else if (given && assign && argument.named())
        model_.export_values.push_back(argument);
    }
    if (given && !assign) model_.opaque = true;
  }

  Model& model_;
};

}  // namespace

bool is_common_js(const Model& model, Node at, std::string_view name) {
  return at.is("identifier") && at.text() == name && look_up(model, at, name, Space::value).bindings == nullptr;
}

bool is_own_exports(const Model& model, Node expression) {
  if (is_common_js(model, expression, "exports")) return true;
  return expression.is("member_expression") && expression.get("property").text() == "exports" &&
         is_common_js(model, expression.get("object"), "module");
}

std::optional<std::string_view> loaded_module(const Model& model, Node call) {
  const Node callee = call.get("function"), argument = call.get("arguments").named_child(0);
  if (!call.is("call_expression") || !argument.is_any({"string", "template_string"})) return std::nullopt;
  if (!callee.is("import") && !is_common_js(model, callee, "require")) return std::nullopt;
  return content_of(argument.text());
}

void find_exports(Model& model) { Exports(model).run(); }

}  // namespace argosy::code
