#include "common/project/hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/project/text_tools.h"

namespace argosy::project {
namespace {

constexpr std::size_t kMaxFiles = 20;  // Dockerfiles looked into

// Base images that are a language's own: "python:3.11-slim" wants Python 3.11.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kImages{{{"python", "python"},
                                                                                 {"node", "node"},
                                                                                 {"golang", "go"},
                                                                                 {"maven", "java"},
                                                                                 {"gradle", "java"},
                                                                                 {"openjdk", "java"},
                                                                                 {"eclipse-temurin", "java"},
                                                                                 {"amazoncorretto", "java"},
                                                                                 {"rust", "rust"},
                                                                                 {"gcc", "c++"},
                                                                                 {"javascript-node", "node"},
                                                                                 {"typescript-node", "node"},
                                                                                 {"go", "go"},
                                                                                 {"java", "java"},
                                                                                 {"cpp", "c++"}}};

class Finder {
 public:
  explicit Finder(const Tree& tree) : tree_(tree) {}

  std::vector<Hint> run() {
    std::size_t looked = 0;
    for (const auto& file : tree_.files) {
      const auto name = file_name(file);
      const bool docker =
          name == "Dockerfile" || name == "Containerfile" || name.starts_with("Dockerfile.") || name.ends_with(".Dockerfile");
      if (docker && ++looked <= kMaxFiles) dockerfile(file);
    }
    for (const char* file : {".devcontainer/devcontainer.json", ".devcontainer.json"})
      if (tree_.has(file)) devcontainer(file);
    tool_versions();
    const std::pair<const char*, const char*> single[] = {
        {".nvmrc", "node"},        {".node-version", "node"}, {".python-version", "python"},
        {".java-version", "java"}, {".go-version", "go"},     {"runtime.txt", "python"}};
    for (const auto& [file, runtime] : single)
      if (tree_.has(file)) add(file, "runtime", runtime, text::trim(tree_.read(file)));
    return std::move(hints_);
  }

 private:
  void add(const std::string& file, std::string_view kind, std::string_view name, std::string_view value) {
    const auto same = [&](const Hint& hint) { return hint.file == file && hint.kind == kind && hint.name == name && hint.value == value; };
    if (hints_.size() < kMaxHints && std::ranges::none_of(hints_, same))
      hints_.push_back({file, std::string(kind), text::ellipsize(text::to_utf8(name), 200), text::ellipsize(text::to_utf8(value), 200)});
  }

  void image(const std::string& file, std::string_view reference) {
    add(file, "base_image", reference, "");
    const auto name = file_name(reference.substr(0, reference.find('@')));
    const auto colon = name.find(':');
    const auto tag = colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
    for (const auto& [known, runtime] : kImages) {
      if (name.substr(0, colon) != known) continue;
      // Images of Maven and Gradle carry their own version first: "maven:3.9-eclipse-temurin-17".
      const auto dash = runtime == "java" && (known == "maven" || known == "gradle") ? tag.find_first_of("-") : std::string_view::npos;
      add(file, "runtime", runtime, first_version(dash == std::string_view::npos ? tag : tag.substr(dash)));
    }
  }

  void dockerfile(const std::string& file) {
    std::string logical;
    const auto bytes = tree_.read(file);
    for (const auto raw : text::lines(bytes)) {
      const auto line = text::trim(raw);
      if (line.starts_with('#')) continue;
      const bool goes_on = line.ends_with('\\');
      logical += fmt::format("{} ", goes_on ? line.substr(0, line.size() - 1) : line);
      if (goes_on) continue;
      instruction(file, text::trim(logical));
      logical.clear();
    }
    instruction(file, text::trim(logical));
  }

  void instruction(const std::string& file, std::string_view line) {
    if (line.starts_with("FROM ") || line.starts_with("from ")) {
      for (const auto word : text::split(line.substr(5), ' '))
        if (!word.empty() && !word.starts_with("--")) return image(file, word);
    }
    if (line.starts_with("RUN ") || line.starts_with("run ")) packages(file, line.substr(4));
  }

  // apt-get install, apt install, apk add, dnf/yum install: the words up to the next command that are no options.
  void packages(const std::string& file, std::string_view script) {
    bool installs = false;
    const auto spaced = replaced(replaced(std::string(script), "&&", ";"), ";", " ; ");
    for (const auto word : text::split(spaced, ' ')) {
      const auto kept = std::string(word);
      if (kept.empty()) continue;
      if (kept == ";" || kept == "|" || kept == "||")
        installs = false;
      else if (installs && !kept.starts_with('-') && kept.find_first_of("$<>\"'(){}=") == std::string::npos)
        add(file, "package", kept, "");
      if (kept == "install" && (last_ == "apt-get" || last_ == "apt" || last_ == "dnf" || last_ == "yum")) installs = true;
      if (kept == "add" && last_ == "apk") installs = true;
      if (!kept.starts_with('-')) last_ = kept;
    }
    last_.clear();
  }

  void devcontainer(const std::string& file) {
    const auto parsed = json::parse(tree_.read(file));  // with comments it is no JSON, and then it says nothing
    if (!parsed) return;
    if (const auto reference = parsed->string_or("image", ""); !reference.empty()) image(file, reference);
    const auto* features = parsed->find("features");
    if (features == nullptr || !features->is_object()) return;
    for (const auto& [name, options] : features->as_object()) {
      const auto feature = file_name(std::string_view(name).substr(0, name.find_last_of(':')));
      add(file, "runtime", feature, options.string_or("version", ""));
    }
  }

  // asdf's and mise's: "nodejs 20.11.0" a line.
  void tool_versions() {
    if (!tree_.has(".tool-versions")) return;
    const auto bytes = tree_.read(".tool-versions");
    for (const auto raw : text::lines(bytes)) {
      const auto line = text::trim(raw.substr(0, raw.find('#')));
      const auto space = line.find(' ');
      if (space == std::string_view::npos) continue;
      const auto name = line.substr(0, space);
      add(".tool-versions", "runtime", name == "nodejs" ? "node" : name == "golang" ? "go" : name, text::trim(line.substr(space)));
    }
  }

  const Tree& tree_;
  std::vector<Hint> hints_;
  std::string last_;
};

}  // namespace

std::vector<Hint> find_hints(const Tree& tree) { return Finder(tree).run(); }

}  // namespace argosy::project
