// The tools of agents: what they are called, what they take, and, of those that need no program, what they do. A tool that runs code is not
// done here: it becomes a step of the testing queue. Results are bounded, head and tail kept, and are others' words. Thread-safe; one
// workspace at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/agent/policy.h"
#include "common/agent/work_record.h"
#include "common/agent/workspace.h"
#include "common/code/edits/edit_list.h"
#include "common/code/index/index.h"
#include "common/code/search/semantic.h"
#include "common/llm/conversation.h"
#include "common/tasks/agent/agent_step.h"
#include "common/tasks/events.h"

namespace argosy::agent {

enum class Effect : std::uint8_t { read, edit, run, ask, finish };

inline constexpr std::size_t kMaxToolResult = 16'000;  // bytes

// An edit that the engine was asked to place into files that are there.
struct EditTry {
  code::EditFormat format = code::EditFormat::str_replace;
  bool placed = false;
};

struct ToolOutcome {
  std::string text;  // for the model
  bool failed = false;
  std::string code{};  // of a failure, "text_not_found"
  bool changed_files = false;
  std::optional<EditTry> tried{};
  std::vector<std::string> protected_files{};  // of protected_file: what a person would have to let it change
};

// Definitions near a question, nearest first. May block, and cost.
using SearchByMeaning = std::function<Result<std::vector<code::SemanticHit>>(const std::string& question)>;

// What is known outside of the repository, in words; each null where the operator has configured none. They may block.
struct Outside {
  std::function<Result<std::string>(const std::string& query)> research{};
  std::function<Result<std::string>(const std::string& ecosystem, const std::string& package, const std::string& version)>
      vulnerabilities{};
};

// What tools work on. All of it is there as long as the call.
struct Bench {
  Workspace& workspace;
  WorkRecord& record;
  const Policy& policy;
  std::int64_t round = 0;
  // The index of the workspace's base; null while there is none. Asked when a tool needs it.
  std::function<Result<std::shared_ptr<const code::Index>>()> index{};
  // That of the workspace, as it was asked for last: what was edited since alone is parsed. Null: nobody keeps it.
  std::shared_ptr<const code::Index>* edited = nullptr;
  SearchByMeaning by_meaning{};  // in the workspace's base; null: off
  Outside outside{};
};

class Toolbox {
 public:
  Toolbox();
  ~Toolbox();

  // Those of `allowed` that exist, with their schemas, in a fixed order.
  std::vector<llm::Tool> offered(std::span<const std::string> allowed) const;
  // Nothing: there is no such tool.
  std::optional<Effect> effect(std::string_view name) const;

  // Of Effect::read and edit. Never an error of ours: what went wrong is told to the model.
  ToolOutcome call(const llm::ToolCall& call, const Bench& bench) const;
  // Of Effect::run: what the testing worker shall run; a failed outcome where its arguments cannot be used.
  std::expected<tasks::Run, ToolOutcome> run_of(const llm::ToolCall& call) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Edits that stand in an answer's text instead of a call, in the format; nothing where there are none.
std::optional<ToolOutcome> edits_in_text(const std::string& text, code::EditFormat format, const Bench& bench);

// At most `max` bytes of it: head and tail with a line between them that says what is missing.
std::string bounded(std::string_view text, std::size_t max = kMaxToolResult);

}  // namespace argosy::agent
