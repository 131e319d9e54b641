// What outside of the repository may go by a member's name: bases, annotations, reflection, what is stored.
#include <algorithm>
#include <array>

#include "common/code/places.h"
#include "common/code/renaming/members/java/search.h"

namespace argosy::code::java_members {
namespace {

// Nobody behind these asks for the name of what carries them.
constexpr auto kHarmless = std::to_array<std::string_view>({"Override",
                                                            "Deprecated",
                                                            "SuppressWarnings",
                                                            "SafeVarargs",
                                                            "FunctionalInterface",
                                                            "Nullable",
                                                            "NonNull",
                                                            "Nonnull",
                                                            "NotNull",
                                                            "CheckForNull",
                                                            "VisibleForTesting",
                                                            "Test",
                                                            "BeforeEach",
                                                            "AfterEach",
                                                            "BeforeAll",
                                                            "AfterAll",
                                                            "Before",
                                                            "After",
                                                            "BeforeClass",
                                                            "AfterClass",
                                                            "Disabled",
                                                            "Ignore",
                                                            "DisplayName",
                                                            "Timeout",
                                                            "ParameterizedTest",
                                                            "RepeatedTest",
                                                            "Tag",
                                                            "Beta",
                                                            "Documented",
                                                            "Retention",
                                                            "Target"});
constexpr auto kLookUps =
    std::to_array<std::string_view>({"getMethod", "getDeclaredMethod", "getField", "getDeclaredField", "findVirtual", "findStatic",
                                     "findSpecial", "findGetter", "findSetter", "findVarHandle", "valueOf", "invokeMethod", "newUpdater"});
constexpr auto kNamingAnnotations = std::to_array<std::string_view>({"MethodSource", "FieldSource", "EnumSource"});

constexpr auto kWriters =
    std::to_array<std::string_view>({"com.google.gson", "com.fasterxml.jackson", "tools.jackson", "com.alibaba.fastjson",
                                     "org.codehaus.jackson", "com.squareup.moshi", "org.yaml.snakeyaml"});
constexpr std::size_t kMaxHolders = 200;  // types that hold each other; with more, one is taken to be written

bool is_one_of(auto& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

}  // namespace

void Search::check_outside() {
  check_bases();
  for (const Home& home : methods_)
    for (const Node token : declared_tokens(home.klass, wanted_.name, true))
      if (!token.parent().is("formal_parameter")) check_declaration(home, token);  // a component: it is one of the fields
  for (const Home& home : fields_)
    for (const Node token : declared_tokens(home.klass, wanted_.name, false)) check_declaration(home, token);
}

// What a class takes from outside may have a method of the name, which ours then is, or becomes.
void Search::check_bases() {
  for (const Home& home : inherit_)
    for (const Node base : rules_.bases(home.klass)) {
      types_.begin();
      if (is_bound_outside(types_.base(*home.model, base))) refuse("name_bound_outside", *home.model, base);
    }
}

bool Search::is_bound_outside(const Type& base) const {
  if (base.kind == Type::ours) return false;
  return base.kind == Type::unknown || !surely_lacks(base, wanted_.name) || !surely_lacks(base, wanted_.new_name);
}

void Search::check_declaration(const Home& home, Node token) {
  const Node declaration = declaration_of(token);
  const bool method = declaration.is("method_declaration");
  const auto check_annotations = [&](Node carrier) {
    for (Node child : carrier.child("modifiers").children())
      if (child.is_any({"annotation", "marker_annotation"}) && !is_one_of(kHarmless, last_part(child.get("name").text())))
        refuse("name_bound_outside", *home.model, child);
  };
  check_annotations(declaration);
  if (has_word(declaration, "native")) refuse("name_bound_outside", *home.model, token);
  if (method) {
    if (home.klass.is("enum_declaration") && is_bound_outside({.kind = Type::foreign, .name = "Enum"}))
      refuse("name_bound_outside", *home.model, token);
    return;
  }
  check_annotations(home.klass);
  if (has_word(declaration, "static") || has_word(declaration, "transient")) return;
  const bool kept = declaration.is_any({"field_declaration", "formal_parameter"});
  if ((kept || declaration.is("enum_constant")) && is_written_near(home.klass)) return refuse("name_bound_outside", *home.model, token);
  if (kept && is_stored({.kind = Type::ours, .model = home.model, .node = home.klass}, 0)) refuse("name_bound_outside", *home.model, token);
}

// What is serialized keeps the names of its fields.
bool Search::is_stored(const Type& klass, int depth) {
  if (depth == 0) types_.begin();
  if (klass.kind != Type::ours) return depth > 0 && klass.kind == Type::unknown;
  if (depth > kMaxTypeDepth) return true;
  return std::ranges::any_of(rules_.bases(klass.node), [&](Node base) {
    const auto name = last_part(base.text());
    return name == "Serializable" || name == "Externalizable" || is_stored(types_.base(*klass.model, base, depth), depth + 1);
  });
}

// Libraries that write objects by the names of their fields, where the class is mentioned, or one that holds it.
bool Search::is_written_near(Node klass) {
  std::set<std::string> names{std::string(klass.get("name").text())};
  std::vector<std::string> open(names.begin(), names.end());
  while (!open.empty()) {
    const std::string inner = std::move(open.back());
    open.pop_back();
    for (const std::string& path : project_.sources()) {
      const Decoded* text = project_.text(path);
      if (text == nullptr || !contains_word(text->text, inner)) continue;
      if (std::ranges::any_of(kWriters, [&](std::string_view writer) { return text->text.contains(writer); })) return true;
      const Model* model = project_.model(path);
      for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
        const Node node = model->tree->node(id), outer = node.parent().parent();
        const bool holds = node.is("field_declaration") || (node.is("formal_parameter") && outer.is("record_declaration"));
        const auto name = holds && contains_word(node.get("type").text(), inner) ? outer.get("name").text() : std::string_view();
        if (!name.empty() && names.emplace(name).second) open.emplace_back(name);
      }
      if (names.size() > kMaxHolders) return true;
    }
  }
  return false;
}

// A string that is looked up as the name of a member.
void Search::string(const Model& model, Node node) {
  const auto content = content_of(node.text());
  if (content != wanted_.name && !content.ends_with("#" + wanted_.name)) return;
  const Node call = node.around({"method_invocation", "annotation"});
  const bool named = call.is("method_invocation") ? is_one_of(kLookUps, call.get("name").text())
                                                  : is_one_of(kNamingAnnotations, last_part(call.get("name").text()));
  const auto reflects = [&](std::string_view word) { return word != "valueOf" && contains_word(model.tree->text(), word); };
  if (!named && std::ranges::none_of(kLookUps, reflects)) return;
  if (!wanted_.force.strings) return refuse("name_in_string", model, node);
  const std::size_t start =
      node.start() + static_cast<std::size_t>(content.data() - node.text().data()) + content.size() - wanted_.name.size();
  found_.sites.push_back({model.path, start, start + wanted_.name.size(), wanted_.new_name, 0, false});
}

}  // namespace argosy::code::java_members
