#include "workers/git/commit_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "common/core/text.h"

namespace argosy::git {
namespace {

constexpr std::size_t kMaxTitle = 72;  // what tools show without cutting
constexpr std::size_t kMaxLine = 200;  // of an operation in the body
constexpr std::size_t kMaxBody = 2'000;
constexpr std::size_t kMaxListed = 100;  // operations in the body

// What people would call the change, by what its operations say of themselves.
std::string_view type_of(const std::vector<tasks::Operation>& operations) {
  const auto all = [&](auto&& predicate) { return !operations.empty() && std::ranges::all_of(operations, predicate); };
  const auto touches_only = [&](std::initializer_list<std::string_view> globs) {
    return all([&](const tasks::Operation& operation) {
      const auto paths = tasks::explicit_paths(operation);
      return !paths.empty() && std::ranges::all_of(paths, [&](const auto& path) {
        return std::ranges::any_of(globs, [&](const auto glob) { return text::path_matches(glob, path); });
      });
    });
  };
  if (touches_only({"docs/", "**/*.md", "*.md", "**/*.rst", "*.rst"})) return "docs";
  if (touches_only({"test/", "tests/", "**/tests/**", "**/test_*", "**/*_test.*", "**/*.test.*"})) return "test";
  if (all([](const auto& operation) {
        return std::holds_alternative<tasks::RenameSymbol>(operation) || std::holds_alternative<tasks::RenameFile>(operation) ||
               std::holds_alternative<tasks::RemoveUnusedImports>(operation) || std::holds_alternative<tasks::ReplaceCall>(operation) ||
               std::holds_alternative<tasks::Codemod>(operation) || std::holds_alternative<tasks::MoveSymbol>(operation) ||
               std::holds_alternative<tasks::RenameModule>(operation);
      }))
    return "refactor";
  return "chore";
}

// One line, whatever a path or a symbol holds.
std::string one_line(std::string_view words, std::size_t max) {
  auto line = text::to_utf8(words);
  std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return text::ellipsize(line, max);
}

}  // namespace

std::string unfinished_title(std::string_view prompt) { return fmt::format("wip: {}", prompt.substr(0, prompt.find('\n'))); }

std::string task_trailer(const TaskId& task) { return "Argosy-Task: " + task.to_string(); }

std::string commit_message(const std::vector<tasks::Operation>& operations, const MessageParts& parts) {
  const auto more = operations.size() > 1 ? fmt::format(" and {} more", operations.size() - 1) : std::string();
  const auto first = operations.empty() ? std::string("change") : tasks::summary(operations.front());
  const auto type = type_of(operations);
  auto message = parts.title.empty() ? fmt::format("{}: {}{}\n\n", type, one_line(first, kMaxTitle - type.size() - 2 - more.size()), more)
                                     : one_line(parts.title, kMaxTitle) + "\n\n";
  if (!parts.body.empty()) message += one_line(parts.body, kMaxBody) + "\n";
  for (std::size_t i = 0; i < operations.size() && i < kMaxListed; ++i)
    message += fmt::format("- {}\n", one_line(tasks::summary(operations[i]), kMaxLine));
  if (operations.size() > kMaxListed) message += fmt::format("- and {} more\n", operations.size() - kMaxListed);
  message += fmt::format("\n{}\nArgosy-Base: {}\n", task_trailer(parts.task), parts.base_commit);
  for (const auto& patch : parts.patches) message += fmt::format("Argosy-Patch: {}\n", patch);
  for (const auto& one : parts.accepted)
    message += fmt::format("Argosy-Accepted: {}\n", one_line(fmt::format("{}, by {}", one.gate, one.by), kMaxLine));
  return message;
}

}  // namespace argosy::git
