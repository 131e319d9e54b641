#include <algorithm>
#include <map>
#include <optional>

#include "common/code/languages/families.h"
#include "common/code/places.h"
#include "common/code/refactor/refactor.h"
#include "common/code/refactor/rewrite.h"
#include "common/code/syntax/query.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

// Nodes that one codemod may replace, in all files.
constexpr std::size_t kMaxReplaced = 50'000;

// The template, taken apart: texts and the captures between them.
struct Part {
  std::string text;
  std::string capture;  // empty: the text
};

// "{{" that does not open the name of a capture stands for itself: JSX writes it too.
std::vector<Part> parts_of(std::string_view tmpl) {
  const auto may_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.'; };
  std::vector<Part> parts;
  std::size_t done = 0;
  for (std::size_t at = tmpl.find("{{"); at != std::string_view::npos; at = tmpl.find("{{", at + 1)) {
    const std::size_t end = tmpl.find("}}", at);
    if (end == std::string_view::npos) break;
    const auto name = text::trim(tmpl.substr(at + 2, end - at - 2));
    if (name.empty() || !std::ranges::all_of(name, may_name)) continue;
    parts.push_back({std::string(tmpl.substr(done, at - done)), ""});
    parts.push_back({"", std::string(name)});
    done = at = end + 2;
    if (at == tmpl.size()) break;
    --at;
  }
  parts.push_back({std::string(tmpl.substr(done)), ""});
  return parts;
}

class CodemodRun {
 public:
  CodemodRun(const Project& project, const Rules& rules, const tasks::Codemod& request)
      : project_(project), rules_(rules), request_(request) {}

  Result<Patches> run() {
    parts_ = parts_of(request_.tmpl);
    ARGOSY_TRY_VOID(compile());
    for (const std::string& path : project_.sources()) {
      const auto language = rules_.language_of(path);
      if (!queries_.contains(*language) || !fits_any(request_.paths, path)) continue;
      const Decoded* source = project_.text(path);
      if (source == nullptr) continue;
      ARGOSY_TRY_VOID(file(path, source->text, queries_.at(*language)));
      if (!pieces_.contains(path)) project_.forget(path);
    }
    if (overlaps_.empty()) return std::move(pieces_);
    return refuse("match_overlap", "what the query would replace overlaps in {}",
                  "make the query narrower, so that no match lies in another", overlaps_);
  }

 private:
  // A query on JSX is none of plain TypeScript: a grammar that does not know its nodes has no file that it could match.
  Result<void> compile() {
    std::optional<Error> problem;
    for (const Language language :
         {Language::python, Language::javascript, Language::typescript, Language::tsx, Language::go, Language::java}) {
      if (!is_asked(language)) continue;
      auto query = Query::compile(language, request_.query);
      if (query)
        queries_.emplace(language, *std::move(query));
      else
        problem = query.error();
    }
    if (queries_.empty()) return std::unexpected(*problem);
    for (const auto& [language, query] : queries_) {
      if (query.capture("replace") < 0)
        return fail_user("query_invalid", "the query has no capture @replace", "put @replace behind the node that the template replaces");
      for (const Part& part : parts_)
        if (!part.capture.empty() && query.capture(part.capture) < 0)
          return fail_user("template_invalid", "the query has no capture @" + part.capture,
                           "the template may name captures of the query only");
    }
    return {};
  }

  bool is_asked(Language language) const {
    const auto one_of = [&](std::initializer_list<Language> all) { return std::ranges::find(all, language) != all.end(); };
    if (request_.language == "python") return one_of({Language::python});
    if (request_.language == "go") return one_of({Language::go});
    if (request_.language == "java") return one_of({Language::java});
    return language != Language::python && language != Language::go && language != Language::java &&
           may_define(request_.language, language);
  }

  Result<void> file(const std::string& path, const std::string& text, const Query& query) {
    if (text.size() > kMaxSourceBytes)
      return refuse("source_too_large", "a source is too large to be parsed, in {}", "narrow \"paths\"", {{path, 1, 1, ""}});
    ARGOSY_TRY(const auto matches, query.run(text));
    const auto target = static_cast<std::uint32_t>(query.capture("replace"));
    std::map<std::pair<std::size_t, std::size_t>, std::string> replaced;
    for (const QueryMatch& match : matches) {
      std::vector<Capture> nodes;
      std::ranges::copy_if(match, std::back_inserter(nodes), [&](const Capture& one) { return one.id == target; });
      if (nodes.empty()) continue;
      const auto [slot, first] = replaced.try_emplace({nodes.front().start, nodes.back().end}, filled(query, match, text));
      // Two matches may find one node; they must agree about it.
      if (!first && slot->second != filled(query, match, text)) overlaps_.push_back(place_at(path, text, nodes.front().start));
    }
    std::size_t end = 0;
    for (const auto& [range, by] : replaced) {
      if (range.first < end) overlaps_.push_back(place_at(path, text, range.first));
      end = std::max(end, range.second);
      pieces_[path].push_back({range.first, range.second, by});
    }
    total_ += replaced.size();
    if (total_ > kMaxReplaced)
      return fail_user("query_too_costly", "the query would replace too much", "make it narrower, or name fewer \"paths\"");
    return {};
  }

  std::string filled(const Query& query, const QueryMatch& match, std::string_view text) const {
    std::string out;
    for (const Part& part : parts_) {
      if (part.capture.empty()) {
        out += with_line_ends(part.text, line_end_of(text));
        continue;
      }
      const auto id = static_cast<std::uint32_t>(query.capture(part.capture));
      std::optional<std::pair<std::size_t, std::size_t>> range;
      for (const Capture& one : match)
        if (one.id == id) range = {range ? range->first : one.start, one.end};
      if (range) out += text.substr(range->first, range->second - range->first);
    }
    return out;
  }

  const Project& project_;
  const Rules& rules_;
  const tasks::Codemod& request_;
  std::vector<Part> parts_;
  std::map<Language, Query> queries_;
  Patches pieces_;
  std::vector<Place> overlaps_;
  std::size_t total_ = 0;
};

}  // namespace

Result<Edit> codemod(const SourceTree& tree, const tasks::Codemod& request) {
  const Rules* rules = rules_for(request.language);
  if (rules == nullptr || is_only_renamed(request.language))
    return fail_user("language_unsupported", "\"" + request.language + "\" is not known",
                     "use python, javascript, typescript, tsx, go or java");
  Project project(tree, *rules);
  ARGOSY_TRY_VOID(project.load());
  ARGOSY_TRY(const Patches pieces, CodemodRun(project, *rules, request).run());
  return rewrite(project, pieces);
}

}  // namespace argosy::code
