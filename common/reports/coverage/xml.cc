// Cobertura (coverage.py, pytest-cov, istanbul, gcovr), Clover, whose top has the same name, and JaCoCo.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/coverage/coverage.h"
#include "common/reports/xml_reader.h"

namespace argosy::reports {
namespace {

using Attributes = XmlHandler::Attributes;

constexpr std::size_t kMaxSources = 100;
constexpr std::size_t kMaxPath = 4'096;

// Counts may be larger than any integer, or written as 1e3.
std::int64_t number(const Attributes& attributes, std::string_view name) {
  const auto text = attribute(attributes, name);
  if (const auto exact = text::to_int(text)) return *exact;
  constexpr double kLarge = 1e18;
  return static_cast<std::int64_t>(std::min(leading_number(text), kLarge));
}

class CoberturaReader {
 public:
  CoberturaReader() { coverage_.format = "cobertura"; }

  void start(std::string_view name, const Attributes& attributes) {
    if (name == "coverage") seen_ = true;
    if (name == "source") in_source_ = true, source_.clear();
    if (name == "class" && attributes.contains("filename")) file_ = coverage_.file(attribute(attributes, "filename"));
    if (name == "file") {  // Clover's
      coverage_.format = "clover";
      file_ = coverage_.file(attribute(attributes, attributes.contains("path") ? "path" : "name"));
    }
    if (name == "method" || name == "methods") in_method_ = true;
    if (name == "line" && file_ != nullptr) line(attributes);
    // Clover's counts at a line mean one thing to Clover and another to istanbul; their sum is the same for both.
    if (name == "metrics" && file_ != nullptr)
      file_->branches = {number(attributes, "conditionals"), number(attributes, "coveredconditionals")};
  }

  void end(std::string_view name) {
    if (name == "source" && in_source_) {
      in_source_ = false;
      const auto path = text::trim(source_);
      if (!path.empty() && coverage_.sources.size() < kMaxSources) coverage_.sources.emplace_back(clean(path, kMaxPath));
    }
    if (name == "file" || (name == "class" && coverage_.format == "cobertura")) file_ = nullptr;
    if (name == "methods") in_method_ = false;
  }

  void text(std::string_view piece) {
    if (in_source_ && source_.size() < kMaxPath) source_ += piece.substr(0, kMaxPath);
  }

  bool seen() const { return seen_; }
  Coverage take() { return std::move(coverage_); }

 private:
  // A method's lines are among those of its class, too; tools that list them there only are rare, but are.
  void line(const Attributes& attributes) {
    if (attributes.contains("num")) return clover_line(attributes);
    coverage_.hit(*file_, number(attributes, "number"), number(attributes, "hits"), Coverage::Twice::most);
    const auto conditions = attribute(attributes, "condition-coverage");  // "50% (1/2)"
    const auto open = conditions.find('('), slash = conditions.find('/');
    if (in_method_ || open == std::string_view::npos || slash == std::string_view::npos || slash < open) return;
    file_->branches.covered += static_cast<std::int64_t>(leading_number(conditions.substr(open + 1)));
    file_->branches.total += static_cast<std::int64_t>(leading_number(conditions.substr(slash + 1)));
  }

  void clover_line(const Attributes& attributes) {
    coverage_.hit(*file_, number(attributes, "num"), number(attributes, "count"), Coverage::Twice::most);
  }

  Coverage coverage_;
  FileCoverage* file_ = nullptr;
  bool seen_ = false, in_source_ = false, in_method_ = false;
  std::string source_;
};

class JacocoReader {
 public:
  JacocoReader() { coverage_.format = "jacoco"; }

  void start(std::string_view name, const Attributes& attributes) {
    if (name == "report") seen_ = true;
    if (name == "package") package_ = attribute(attributes, "name");
    if (name == "sourcefile") {
      const auto file = attribute(attributes, "name");
      file_ = coverage_.file(package_.empty() ? std::string(file) : fmt::format("{}/{}", package_, file));
    }
    if (name != "line" || file_ == nullptr) return;
    // Instructions, not runs: a line of which any ran did run.
    coverage_.hit(*file_, number(attributes, "nr"), number(attributes, "ci") > 0 ? 1 : 0, Coverage::Twice::most);
    const auto missed = number(attributes, "mb"), covered = number(attributes, "cb");
    file_->branches.total += missed + covered;
    file_->branches.covered += covered;
  }

  void end(std::string_view name) {
    if (name == "sourcefile") file_ = nullptr;
    if (name == "package") package_.clear();
  }

  void text(std::string_view) {}
  bool seen() const { return seen_; }
  Coverage take() { return std::move(coverage_); }

 private:
  Coverage coverage_;
  FileCoverage* file_ = nullptr;
  bool seen_ = false;
  std::string package_;
};

template <class Reader>
Result<Coverage> read(std::string_view xml, std::string_view what) {
  Reader reader;
  const XmlHandler handler{[&](std::string_view name, const Attributes& attributes) { reader.start(name, attributes); },
                           [&](std::string_view name) { reader.end(name); }, [&](std::string_view text) { reader.text(text); }};
  const auto problem = read_xml(source_of(xml), handler, Doctype::named);
  if (problem.starts_with("a document type")) return fail_user("coverage_unreadable", problem);
  if (!reader.seen())
    return fail_user("coverage_unreadable", fmt::format("not {}: {}", what, problem.empty() ? "no such element" : problem));
  auto coverage = reader.take();
  coverage.truncated = coverage.truncated || !problem.empty();
  return coverage;
}

}  // namespace

Result<Coverage> parse_cobertura(std::string_view xml) { return read<CoberturaReader>(xml, "Cobertura's XML"); }
Result<Coverage> parse_jacoco(std::string_view xml) { return read<JacocoReader>(xml, "JaCoCo's XML"); }

}  // namespace argosy::reports
