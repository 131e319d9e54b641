#include "common/code/refactor/imports/unused.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "common/code/binding/resolver.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

// Words of comments that tell a linter to leave a line alone.
constexpr auto kKeepMarks =
    std::to_array<std::string_view>({"noqa", "pylint:", "pyright:", "isort:", "eslint-disable", "@ts-", "NOSONAR", "noinspection"});
// What looks names up that nobody wrote.
constexpr auto kReflection = std::to_array<std::string_view>({"globals", "locals", "vars", "dir", "eval", "exec"});
// What JSX becomes calls of, without anybody writing it.
constexpr auto kJsxNames = std::to_array<std::string_view>({"React", "h", "jsx", "Fragment", "createElement"});

template <std::size_t N>
bool mentions_one(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

Node statement_around(Node node) {
  while (node && !node.is_any({"import_statement", "import_from_statement", "import_declaration"})) node = node.parent();
  return node;
}

class UnusedSearch {
 public:
  UnusedSearch(const Project& project, const Rules& rules, const Model& model)
      : project_(project), rules_(rules), model_(model), language_(model.tree->language()) {}

  std::vector<ImportedName> run(const std::function<bool(const Binding&)>& asked) {
    std::vector<ImportedName> out;
    if (hands_all_on()) return out;
    collect();
    for (ScopeId scope = 0; scope < model_.scopes.size(); ++scope) {
      for (const auto& [name, bindings] : model_.scopes[scope].variables) {
        // Bound by anything else too, it is a variable, and whoever sets it may mean something by it.
        if (std::ranges::any_of(bindings, [](const Binding& b) { return b.kind != BindingKind::import; })) continue;
        for (const Binding& binding : bindings) {
          const Node statement = statement_around(binding.name);
          if (!statement || !asked(binding) || is_kept(binding, statement) || is_used(name, scope)) continue;
          out.push_back({item_of(binding, statement), statement, &binding, scope});
        }
      }
    }
    std::ranges::sort(out, {}, [](const ImportedName& one) { return one.item.start(); });
    if (is_script()) keep_one(out);
    return out;
  }

 private:
  bool is_python() const { return language_ == Language::python; }
  bool is_script() const { return !is_python() && language_ != Language::java && language_ != Language::go; }

  // A file whose names others get at in ways that no rule sees.
  bool hands_all_on() const {
    if (!is_python()) return false;
    const auto name = std::string_view(model_.path).substr(model_.path.rfind('/') + 1);
    return name.starts_with("__init__.py") || name == "conftest.py" || model_.opaque || has_only_imports();
  }

  // Nothing but imports: it is there for others to import from.
  bool has_only_imports() const {
    for (Node child : model_.tree->root().children()) {
      const Node inner = child.is("expression_statement") ? child.named_child(0) : child;
      const bool about_itself = inner.is("string") || (inner.is("assignment") && inner.get("left").text().starts_with("__"));
      if (!about_itself && !child.kind().ends_with("comment") && !child.kind().contains("import")) return false;
    }
    return true;
  }

  // Everything in the file that may be a use without being an identifier in its place.
  void collect() {
    const auto name = std::string_view(model_.path).substr(model_.path.rfind('/') + 1);
    const bool may_be_test = name.starts_with("test") || name.ends_with("_test.py") || contains_word(model_.tree->text(), "pytest");
    for (NodeId id = 0; id < model_.tree->size(); ++id) {
      const Node node = model_.tree->node(id);
      const auto kind = node.kind();
      // Names of a grammar that the rules do not list count as well: <Name.Part>, decorators.
      if (rules_.is_identifier(node) || (node.last_id() == id && kind.contains("identifier"))) words_[node.text()].push_back(node);
      if (kind.ends_with("comment")) {
        const auto text = node.text();
        const bool typed = is_python() ? text.starts_with("# type:") || text.starts_with("#type:") : text.starts_with("/**");
        if (typed || text.contains("@jsx")) texts_.push_back(text);
      } else if (rules_.is_string(node)) {
        const bool prose = rules_.string_use(model_, node).kind == StringUse::documentation && !node.text().contains(">>>");
        if (is_python() && !prose) texts_.push_back(node.text());
      } else if (kind.starts_with("jsx_")) {
        jsx_ = true;
      } else if (rules_.is_identifier(node) && node.parent().is("call") && node.field() == "function" &&
                 std::ranges::find(kReflection, node.text()) != kReflection.end()) {
        reflective_ = is_python() || reflective_;
      } else if (kind == "parameters" && may_be_test) {
        parameters_.push_back(node.text());
      }
    }
  }

  bool is_kept(const Binding& binding, Node statement) const {
    const auto name = binding.name.text();
    if (reflective_ || mentions_one(lines_of(statement), kKeepMarks)) return true;
    if (is_python()) {
      const Node around = statement.parent();
      const bool plain = around.is("module") || (around.is("block") && around.parent().is_any({"function_definition", "class_definition"}));
      if (!plain) return true;
      // import x as x, from m import x as x: how a module says that it hands the name on. So do stubs.
      const Node aliased = binding.name.parent();
      if (aliased.is("aliased_import") && aliased.get("name").text() == name) return true;
      // What a class binds are its attributes; what a test asks for by a parameter's name is a fixture.
      if (around.parent().is("class_definition")) return true;
      if (std::ranges::any_of(parameters_, [&](std::string_view list) { return contains_word(list, name); })) return true;
      return name.starts_with("__") || is_facade_of(binding.import->module);
    }
    if (language_ == Language::java) return static_cast<bool>(statement.child("static"));
    if (jsx_ && std::ranges::find(kJsxNames, name) != kJsxNames.end()) return true;
    return false;
  }

  // ssl takes names out of _ssl so that others find them in ssl: a public module hands on what a private one makes.
  bool is_facade_of(std::string_view module) const {
    const auto is_private = [](std::string_view part) { return part.starts_with('_') && !part.starts_with("__"); };
    const auto own = text::split(model_.path, '/');
    return std::ranges::any_of(text::split(module, '.'), is_private) && std::ranges::none_of(own, is_private);
  }

  // Without any import and export a file of JavaScript would be a script, whose variables are everybody's: the last one stays.
  void keep_one(std::vector<ImportedName>& names) const {
    std::map<NodeId, std::size_t> listed, bound;
    for (const ImportedName& one : names) ++listed[one.statement.id()];
    for (const auto& [token, scope] : model_.bound_at)
      if (const Node statement = statement_around(model_.tree->node(token))) ++bound[statement.id()];
    bool left = model_.path.ends_with(".mjs") || model_.path.ends_with(".mts");
    for (Node child : model_.tree->root().children())
      left = left || child.is("export_statement") ||
             (child.is("import_statement") && (listed[child.id()] == 0 || listed[child.id()] < bound[child.id()]));
    if (left || names.empty()) return;
    const Node last = names.back().statement;
    std::erase_if(names, [&](const ImportedName& one) { return one.statement == last; });
  }

  // The statement's lines, and the comment right above: where marks stand.
  std::string_view lines_of(Node statement) const {
    const std::string_view text = model_.tree->text();
    std::size_t start = statement.start() == 0 ? 0 : text.rfind('\n', statement.start() - 1) + 1;
    const Node before = statement.previous();
    if (!is_python() && before.kind().ends_with("comment") &&
        text.substr(before.end(), start - before.end()).find_first_of('\n') != std::string_view::npos)
      start = before.start();
    return text.substr(start, std::min(text.find('\n', statement.end()), text.size()) - start);
  }

  bool is_used(std::string_view name, ScopeId scope) const {
    if (std::ranges::any_of(texts_, [&](std::string_view text) { return contains_word(text, name); })) return true;
    const auto words = words_.find(name);
    if (words == words_.end()) return false;
    for (const Node node : words->second) {
      if (is_own_place(node)) continue;
      if (language_ == Language::java) return true;
      const Use use = rules_.use(project_, model_, node);
      if (use.role == Role::member || use.role == Role::unrelated || use.role == Role::import_name) continue;
      if (use.role == Role::unsure) return true;
      const Found found = look_up(model_, node, name, use.space);
      if (found.blurred || found.bindings == nullptr || found.scope == scope) return true;
    }
    return false;
  }

  // Where an import or the package itself writes the name.
  static bool is_own_place(Node node) {
    return static_cast<bool>(node.around({"import_statement", "import_from_statement", "import_declaration", "package_declaration"}));
  }

  Node item_of(const Binding& binding, Node statement) const {
    if (language_ == Language::java) return statement;
    Node item = binding.name;
    while (item.parent() != statement && !item.is_any({"import_specifier", "namespace_import", "import_require_clause"}) &&
           !item.parent().is("import_clause"))
      item = item.parent();
    return item.is("import_require_clause") ? statement : item;
  }

  const Project& project_;
  const Rules& rules_;
  const Model& model_;
  Language language_;
  std::map<std::string_view, std::vector<Node>> words_;  // every identifier, by its text
  std::vector<std::string_view> texts_, parameters_;
  bool jsx_ = false, reflective_ = false;
};

// Which names of Python's files others take from there: one pass over the project for all that may be unused.
class TakenElsewhere {
 public:
  TakenElsewhere(const Project& project, const Rules& rules) : project_(project), rules_(rules) {}

  void ask(const Model& home, std::string name) {
    const auto file = std::string_view(home.path).substr(home.path.rfind('/') + 1);
    Question question{.home = home.path, .stem = std::string(file.substr(0, file.find('.'))), .resolver = nullptr};
    question.resolver =
        std::make_unique<Resolver>(project_, rules_, Target{.name = name, .modules = {home.path}, .exports_only = {home.path}});
    questions_[std::move(name)].push_back(std::move(question));
  }

  void look() {
    for (const std::string& path : questions_.empty() ? std::vector<std::string>() : project_.sources()) {
      const Decoded* text = project_.text(path);
      if (text == nullptr) continue;
      bool relevant = false;
      for (auto& [name, questions] : questions_)
        if (contains_word(text->text, name))
          for (Question& question : questions) relevant = answer(question, name, path, *text) || relevant;
      if (!relevant) project_.forget(path);
    }
  }

  bool is_taken(const std::string& home, std::string_view name) const {
    const auto hit = questions_.find(name);
    return hit != questions_.end() && std::ranges::any_of(hit->second, [&](const Question& q) { return q.home == home && q.taken; });
  }

 private:
  struct Question {
    std::string home, stem;  // the file and its name without an ending
    std::unique_ptr<Resolver> resolver;
    bool taken = false;
  };

  // Whether the file had to be parsed for it. Who takes everything may mention the name only in a third file.
  bool answer(Question& question, const std::string& name, const std::string& path, const Decoded& text) const {
    if (question.taken || path == question.home) return false;
    if (!contains_word(text.text, question.stem) && !text.text.contains("import *")) return false;
    const Model* other = project_.model(path);
    question.taken = other == nullptr || uses(*other, question, name);
    return true;
  }

  bool uses(const Model& other, Question& question, const std::string& name) const {
    for (const char* between : {".", ":"})
      if (contains_word(other.tree->text(), question.stem + between + name)) return true;
    for (NodeId id = 0; id < other.tree->size(); ++id) {
      const Node node = other.tree->node(id);
      if (!rules_.is_identifier(node) || node.text() != name) continue;
      const Use use = rules_.use(project_, other, node);
      if (use.role != Role::unrelated && question.resolver->of(other, node, use) != Verdict::other) return true;
    }
    return false;
  }

  const Project& project_;
  const Rules& rules_;
  std::map<std::string, std::vector<Question>, std::less<>> questions_;
};

}  // namespace

std::map<std::string, std::vector<ImportedName>> unused_imports(const Project& project, const Rules& rules,
                                                                const std::vector<const Model*>& models,
                                                                const std::function<bool(const Binding&)>& asked) {
  std::map<std::string, std::vector<ImportedName>> out;
  TakenElsewhere elsewhere(project, rules);
  for (const Model* model : models) {
    auto& names = out[model->path] = UnusedSearch(project, rules, *model).run(asked);
    for (const ImportedName& one : names)
      if (model->tree->language() == Language::python && one.scope == kRootScope)
        elsewhere.ask(*model, std::string(one.binding->name.text()));
  }
  elsewhere.look();
  for (auto& [path, names] : out)
    std::erase_if(names,
                  [&](const ImportedName& one) { return one.scope == kRootScope && elsewhere.is_taken(path, one.binding->name.text()); });
  return out;
}

}  // namespace argosy::code
