#include <fmt/format.h>

#include <cctype>

#include "common/core/text.h"
#include "common/project/imports/graph.h"
#include "common/project/text_tools.h"

namespace argosy::project::imports {
namespace {

constexpr std::size_t kMaxStatement = 20'000;  // bytes of one import statement

class Modules {
 public:
  Modules(const Tree& tree, const std::vector<std::string>& files) : tree_(tree) {
    for (const auto& file : files) {
      add(module_name(file, ""), file);
      add(module_name(file, source_root(file)), file);
      if (file.starts_with("src/") || file.starts_with("lib/")) add(module_name(file, file.substr(0, 3)), file);
    }
  }

  // The file of a module, or nothing. A package is its __init__.py.
  const std::string* find(const std::string& module) const {
    const auto found = files_.find(module);
    return found == files_.end() ? nullptr : &found->second;
  }

 private:
  void add(const std::string& module, const std::string& file) {
    if (!module.empty()) files_.try_emplace(module, file);
  }

  // The folder around the outermost package that the file belongs to: what must be on the path for it to be imported.
  std::string source_root(const std::string& file) const {
    std::string folder(folder_of(file));
    while (!folder.empty() && tree_.has(folder + "/__init__.py")) folder = folder_of(folder);
    return folder;
  }

  static std::string module_name(const std::string& file, const std::string& root) {
    auto name = file.substr(root.empty() ? 0 : root.size() + 1);
    name.resize(name.size() - 3);
    if (name == "__init__") return {};
    if (name.ends_with("/__init__")) name.resize(name.size() - std::string_view("/__init__").size());
    return replaced(name, "/", ".");
  }

  const Tree& tree_;
  std::unordered_map<std::string, std::string> files_;
};

// One statement a call: lines in brackets and lines that end in a backslash belong together.
template <class Use>
void for_each_import(std::string_view text, Use use) {
  std::string statement;
  for (const auto raw : text::lines(text)) {
    const auto line = text::trim(raw.substr(0, raw.find('#')));
    if (statement.empty() && !line.starts_with("import ") && !line.starts_with("from ")) continue;
    const bool continued = line.ends_with('\\');
    statement += fmt::format("{} ", continued ? line.substr(0, line.size() - 1) : line);
    const bool open = statement.find('(') != std::string::npos && statement.find(')') == std::string::npos;
    if ((open || continued) && statement.size() < kMaxStatement) continue;
    use(std::string_view(statement));
    statement.clear();
  }
  if (!statement.empty()) use(std::string_view(statement));
}

std::vector<std::string> imported_names(std::string_view list) {
  std::vector<std::string> names;
  for (auto part : text::split(list, ',')) {
    part = text::trim(part);
    while (part.starts_with('(')) part = text::trim(part.substr(1));
    const auto end = part.find_first_of(" );");
    if (const auto name = part.substr(0, end); !name.empty()) names.emplace_back(name);
  }
  return names;
}

// ".b" as seen from the package a gives "a.b".
std::string absolute(std::string_view module, const std::string& file) {
  std::size_t dots = 0;
  while (dots < module.size() && module[dots] == '.') ++dots;
  if (dots == 0) return std::string(module);
  std::string package(folder_of(file));
  for (std::size_t i = 1; i < dots; ++i) package = folder_of(package);
  const auto rest = module.substr(dots);
  auto name = replaced(package, "/", ".");
  if (!rest.empty()) name += (name.empty() ? "" : ".") + std::string(rest);
  return name;
}

class Scanner {
 public:
  Scanner(Graph& graph, const Modules& modules) : graph_(graph), modules_(modules) {}

  void scan(const std::string& file, const std::string& text) {
    for_each_import(text,
                    [&](std::string_view statement) { statement.starts_with("from ") ? from(file, statement) : import(file, statement); });
    constexpr std::string_view call = "import_module(";
    for (auto at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
      const auto argument = strings_of(std::string_view(text).substr(at + call.size(), 200));
      if (!argument.empty()) use(file, argument.front());
    }
  }

 private:
  // True when there is such a module.
  bool use(const std::string& file, const std::string& module) {
    const auto* target = modules_.find(module);
    if (target != nullptr) graph_.add(file, *target);
    return target != nullptr;
  }

  void import(const std::string& file, std::string_view statement) {
    for (auto module : imported_names(statement.substr(std::string_view("import ").size())))
      for (; !module.empty() && !use(file, module); module.resize(module.rfind('.') == std::string::npos ? 0 : module.rfind('.'))) {
      }
  }

  // Names may be modules of the package or things that its __init__.py holds.
  void from(const std::string& file, std::string_view statement) {
    const auto keyword = statement.find(" import");
    if (keyword == std::string_view::npos) return;
    const auto from = std::string_view("from ").size();
    const auto module = absolute(text::trim(statement.substr(from, keyword > from ? keyword - from : 0)), file);
    bool whole = false;
    for (const auto& name : imported_names(statement.substr(keyword + std::string_view(" import").size())))
      whole = !use(file, module.empty() ? name : fmt::format("{}.{}", module, name)) || whole;
    if (whole) use(file, module);
  }

  Graph& graph_;
  const Modules& modules_;
};

}  // namespace

void add_python(Graph& graph, const Tree& tree, const std::vector<std::string>& files) {
  if (files.empty()) return;
  const Modules modules(tree, files);
  Scanner scanner(graph, modules);
  for (const auto& file : files) {
    scanner.scan(file, tree.read(file));
    // pytest reads the conftest.py of a test's folder and of all around it.
    if (!file_name(file).starts_with("test") && !file.ends_with("_test.py")) continue;
    for (std::string folder(folder_of(file));; folder = folder_of(folder)) {
      if (const auto shared = joined(folder, "conftest.py"); tree.has(shared)) graph.add(file, shared);
      if (folder.empty()) break;
    }
  }
}

}  // namespace argosy::project::imports
