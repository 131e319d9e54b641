#include "workers/planning/prompted/understanding.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/core/text.h"
#include "workers/planning/prompted/answer_object.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxCheck = 300;

// Globs that a plan may hold, each once.
std::vector<std::string> globs(const json::Array& list) {
  std::vector<std::string> out;
  for (const auto& one : list) {
    if (!one.is_string() || out.size() == tasks::kMaxPlanAvoids) continue;
    std::string glob(text::trim(one.as_string()));
    while (glob.starts_with("./")) glob.erase(0, 2);
    const auto parts = text::split(glob, '/');
    const bool usable = !glob.empty() && glob.size() <= tasks::kMaxPlanGlobBytes && !glob.starts_with('/') && !glob.contains('\0') &&
                        std::ranges::find(parts, "..") == parts.end();
    if (usable && std::ranges::find(out, glob) == out.end()) out.push_back(std::move(glob));
  }
  return out;
}

std::vector<std::string> words(const json::Array& list, std::size_t most, std::size_t most_bytes) {
  std::vector<std::string> out;
  for (const auto& one : list) {
    if (!one.is_string() || text::trim(one.as_string()).empty() || out.size() == most) continue;
    out.push_back(text::ellipsize(text::trim(one.as_string()), most_bytes));
  }
  return out;
}

std::vector<Unclear> questions(const json::Array& list) {
  std::vector<Unclear> out;
  for (const auto& one : list) {
    Unclear unclear{.question = text::ellipsize(text::trim(one.string_or("question", "")), kMaxQuestionText),
                    .by_default = text::ellipsize(text::trim(one.string_or("default", "")), kMaxQuestionText)};
    if (unclear.question.empty() || out.size() == kMaxQuestions) continue;
    if (unclear.by_default.empty()) unclear.by_default = "as the planner sees fit";
    out.push_back(std::move(unclear));
  }
  return out;
}

std::vector<tasks::Criterion> criteria(const json::Array& list) {
  std::vector<tasks::Criterion> out;
  for (const auto& one : list) {
    auto what = text::ellipsize(text::trim(one.string_or("text", "")), tasks::kMaxPlanText);
    if (what.empty() || out.size() == tasks::kMaxCriteria) continue;
    out.push_back({.id = fmt::format("c{}", out.size() + 1),
                   .text = std::move(what),
                   .check = text::ellipsize(text::trim(one.string_or("check", "")), kMaxCheck)});
  }
  // Nothing would tell when the task is done.
  if (out.empty()) out.push_back({.id = "c1", .text = "what was asked for is there, and the repository's tests pass", .check = "tests"});
  return out;
}

std::string list_of(std::string_view head, const std::vector<std::string>& items) {
  return items.empty() ? std::string() : fmt::format("{}: {}\n", head, text::join(items, ", "));
}

}  // namespace

const json::Value& understanding_schema() {
  static const json::Value kSchema = *json::parse(R"({
    "type": "object", "additionalProperties": false,
    "required": ["kind", "complexity", "title", "questions", "avoid_files", "follow", "max_files_changed", "criteria"],
    "properties": {
      "kind": {"type": "string", "enum": ["feature", "bug_fix", "refactor", "docs", "test", "investigation"]},
      "complexity": {"type": "string", "enum": ["low", "normal", "high"]},
      "title": {"type": "string"},
      "questions": {"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["question", "default"],
        "properties": {"question": {"type": "string"}, "default": {"type": "string"}}}},
      "avoid_files": {"type": "array", "items": {"type": "string"}},
      "follow": {"type": "array", "items": {"type": "string"}},
      "max_files_changed": {"type": "integer"},
      "criteria": {"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["text", "check"],
        "properties": {"text": {"type": "string"}, "check": {"type": "string"}}}}}})");
  return kSchema;
}

Result<Understanding> understanding_from(std::string_view answer) {
  ARGOSY_TRY(const auto value, answer_object(answer));
  Understanding out;
  out.intent = tasks::intent_from_string(value.string_or("kind", "")).value_or(tasks::Intent::feature);
  out.complexity = llm::complexity_from_string(value.string_or("complexity", "")).value_or(llm::Complexity::normal);
  out.title = text::ellipsize(text::trim(value.string_or("title", "")), kMaxTitle);
  out.unclear = questions(value.array_or_empty("questions"));
  out.avoid_files = globs(value.array_or_empty("avoid_files"));
  out.follow = words(value.array_or_empty("follow"), tasks::kMaxPlanFollows, tasks::kMaxPlanText);
  if (const auto most = value.int_or("max_files_changed", 0); most > 0) out.max_files_changed = most;
  out.criteria = criteria(value.array_or_empty("criteria"));
  return out;
}

tasks::Question clarification(const Understanding& understanding) {
  auto text = fmt::format("{}\nBefore this is planned:\n", in_words(understanding));
  for (std::size_t i = 0; i < understanding.unclear.size(); ++i)
    text +=
        fmt::format("{}. {}\n   Without an answer: {}\n", i + 1, understanding.unclear[i].question, understanding.unclear[i].by_default);
  text +=
      "\"approve\" takes what stands behind \"without an answer\"; \"correct\" answers in words or as JSON, {\"1\": \"...\"}; "
      "\"reject\" ends the task.";
  return {.name = std::string(kClarify), .type = "clarification", .description = std::move(text)};
}

std::string clarified(const Understanding& understanding, const tasks::Answer& answer) {
  const auto value = answer.verdict == tasks::Verdict::correct ? json::parse(answer.text) : Result<json::Value>(json::Value());
  const bool by_number = value && value->is_object();
  std::string text;
  for (std::size_t i = 0; i < understanding.unclear.size(); ++i) {
    const auto& [question, by_default] = understanding.unclear[i];
    auto said = by_number ? value->string_or(std::to_string(i + 1), "") : std::string();
    text += fmt::format("- {} {}\n", question, said.empty() ? by_default : said);
  }
  if (!by_number && !answer.text.empty()) text += fmt::format("What a person said to these, which counts before them: {}\n", answer.text);
  return text;
}

std::string in_words(const Understanding& understanding) {
  auto text = fmt::format("Understood as: {} ({})\n", understanding.title.empty() ? "what the request says" : understanding.title,
                          tasks::to_string(understanding.intent));
  text += list_of("Files to be left alone", understanding.avoid_files);
  text += list_of("To be followed", understanding.follow);
  if (understanding.max_files_changed) text += fmt::format("At most {} files change\n", *understanding.max_files_changed);
  for (const auto& one : understanding.criteria)
    text += fmt::format("Done when ({}): {}{}\n", one.id, one.text,
                        one.check.empty() ? " [checked by nobody]" : fmt::format(" [checked by: {}]", one.check));
  return text;
}

}  // namespace argosy::planning
