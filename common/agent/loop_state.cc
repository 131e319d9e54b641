#include "common/agent/loop_state.h"

#include <fmt/format.h>

#include <array>

#include "common/agent/state/bytes_json.h"
#include "common/llm/conversation_json.h"

namespace argosy::agent {
namespace {

constexpr std::string_view kVersion = "1";  // of the form: another one is not read
constexpr std::size_t kMaxStateDepth = 96;  // a conversation nests JSON of models, and lies some levels deep itself

constexpr std::array<std::pair<std::string_view, std::int64_t LoopState::*>, 11> kFigures{
    {{"rounds", &LoopState::rounds},
     {"tokens", &LoopState::tokens},
     {"runs", &LoopState::runs},
     {"compactions", &LoopState::compactions},
     {"asks", &LoopState::asks},
     {"worked_ms", &LoopState::worked_ms},
     {"nudges", &LoopState::nudges},
     {"nudged_at", &LoopState::nudged_at},
     {"silent", &LoopState::silent},
     {"bad_edits", &LoopState::bad_edits},
     {"bytes_a_kilotoken", &LoopState::bytes_a_kilotoken}}};

// States that were kept before these were known have the defaults.
constexpr std::array<std::pair<std::string_view, std::int64_t LoopState::*>, 2> kLaterFigures{
    {{"rounds_before", &LoopState::rounds_before}, {"ended_under", &LoopState::ended_under}}};

json::Object happening_json(const Happening& one) {
  json::Object made{{"round", one.round}};
  if (one.action)
    made.append("action", json::Object{{"tool", bytes_json(one.action->tool)}, {"arguments", bytes_json(one.action->arguments)}});
  if (one.observation) {
    json::Object seen{{"output", bytes_json(one.observation->output)}, {"error", bytes_json(one.observation->error)}};
    if (one.observation->exit_code) seen.append("exit_code", *one.observation->exit_code);
    made.append("observation", std::move(seen));
  }
  if (!one.role.empty()) made.append("message", json::Object{{"role", one.role}, {"text", bytes_json(one.text)}});
  if (one.changed_files) made.append("changed_files", true);
  return made;
}

Result<Happening> happening_from(const json::Value& value) {
  Happening one{.changed_files = value.bool_or("changed_files", false)};
  ARGOSY_TRY(one.round, number_at(value, "round"));
  if (const auto* action = value.find("action")) {
    auto& made = one.action.emplace();
    ARGOSY_TRY(made.tool, bytes_at(*action, "tool"));
    ARGOSY_TRY(made.arguments, bytes_at(*action, "arguments"));
  }
  if (const auto* seen = value.find("observation")) {
    auto& made = one.observation.emplace();
    ARGOSY_TRY(made.output, bytes_at(*seen, "output"));
    ARGOSY_TRY(made.error, bytes_at(*seen, "error"));
    if (seen->find("exit_code") != nullptr) {
      ARGOSY_TRY(const auto code, number_at(*seen, "exit_code"));
      made.exit_code = static_cast<int>(code);
    }
  }
  if (const auto* message = value.find("message")) {
    ARGOSY_TRY(one.role, bytes_at(*message, "role"));
    ARGOSY_TRY(one.text, bytes_at(*message, "text"));
  }
  return one;
}

json::Object edits_json(const code::Edit& edits) {
  json::Array files, renamed;
  for (const auto& [path, bytes] : edits.files) {
    json::Object file{{"path", bytes_json(path)}};
    if (bytes) file.append("bytes", bytes_json(*bytes));
    files.emplace_back(std::move(file));
  }
  for (const auto& [to, from] : edits.renamed_from) renamed.emplace_back(json::Object{{"to", bytes_json(to)}, {"from", bytes_json(from)}});
  return {{"files", std::move(files)}, {"renamed", std::move(renamed)}};
}

Result<code::Edit> edits_from(const json::Value& value) {
  code::Edit edits;
  for (const auto& file : value.array_or_empty("files")) {
    ARGOSY_TRY(auto path, bytes_at(file, "path"));
    auto& bytes = edits.files[path];  // without bytes: deleted
    if (file.find("bytes") == nullptr) continue;
    ARGOSY_TRY(bytes, bytes_at(file, "bytes"));
  }
  for (const auto& one : value.array_or_empty("renamed")) {
    ARGOSY_TRY(auto to, bytes_at(one, "to"));
    ARGOSY_TRY(edits.renamed_from[to], bytes_at(one, "from"));
  }
  return edits;
}

json::Array paths_json(const std::vector<std::string>& paths) {
  json::Array made;
  for (const auto& path : paths) made.emplace_back(json::Object{{"path", bytes_json(path)}});
  return made;
}

Result<std::vector<std::string>> paths_from(const json::Array& array) {
  std::vector<std::string> paths;
  for (const auto& one : array) {
    ARGOSY_TRY(paths.emplace_back(), bytes_at(one, "path"));
  }
  return paths;
}

json::Array lists_json(const std::vector<std::vector<std::string>>& lists) {
  json::Array made;
  for (const auto& paths : lists) made.emplace_back(json::Object{{"files", paths_json(paths)}});
  return made;
}

Result<std::vector<std::vector<std::string>>> lists_from(const json::Array& array) {
  std::vector<std::vector<std::string>> lists;
  for (const auto& one : array) {
    ARGOSY_TRY(lists.emplace_back(), paths_from(one.array_or_empty("files")));
  }
  return lists;
}

json::Object protected_json(const LoopState& state) {
  return {{"asked_about", paths_json(state.asked_about)},
          {"granted", lists_json(state.granted)},
          {"denied", lists_json(state.denied)},
          {"held_text", bytes_json(state.held_text)}};
}

// Loops that were kept before people were asked have none.
Result<void> take_protected(LoopState& state, const json::Value& all) {
  const auto* value = all.find("protected");
  if (value == nullptr) return {};
  ARGOSY_TRY(state.asked_about, paths_from(value->array_or_empty("asked_about")));
  ARGOSY_TRY(state.granted, lists_from(value->array_or_empty("granted")));
  ARGOSY_TRY(state.denied, lists_from(value->array_or_empty("denied")));
  ARGOSY_TRY(state.held_text, bytes_at(*value, "held_text"));
  return {};
}

// Open calls travel as a message that holds them.
llm::Request conversation(const LoopState& state) {
  llm::Request request{.messages = state.messages};
  auto& calls = request.messages.emplace_back(llm::Message{.role = llm::Role::assistant, .parts = {}});
  for (const auto& call : state.open) calls.parts.emplace_back(call);
  return request;
}

Result<void> take_conversation(LoopState& state, const json::Value& value) {
  auto request = llm::request_from_json(value);
  if (!request) return state_invalid(request.error().message);
  if (request->messages.empty()) return state_invalid("the conversation is empty");
  for (auto& part : request->messages.back().parts)
    if (auto* call = std::get_if<llm::ToolCall>(&part)) state.open.push_back(std::move(*call));
  request->messages.pop_back();
  state.messages = std::move(request->messages);
  return {};
}

}  // namespace

Policy with_grants(Policy policy, const LoopState& state) {
  for (const auto& paths : state.granted) policy.protected_allowed.insert(paths.begin(), paths.end());
  return policy;
}

std::string to_json_text(const LoopState& state) {
  json::Object made{{"version", kVersion}};
  for (const auto& [name, member] : kFigures) made.append(std::string(name), state.*member);
  for (const auto& [name, member] : kLaterFigures) made.append(std::string(name), state.*member);
  json::Array history;
  for (const auto& one : state.history) history.emplace_back(happening_json(one));
  made.append("format", code::to_string(state.format));
  made.append("money", state.money);
  made.append("last_cost", state.last_cost);
  made.append("told_format", code::to_string(state.told_format));
  made.append("format_is_settled", state.format_is_settled);
  made.append("text_edits_failed", state.text_edits_failed);
  made.append("asked_model", state.asked_model);
  made.append("summarising", state.summarising);
  made.append("conversation", llm::to_json(conversation(state)));
  made.append("record", state.record.to_json());
  made.append("edits", edits_json(state.edits));
  made.append("history", std::move(history));
  made.append("protected", protected_json(state));
  return json::dump(std::move(made));
}

Result<LoopState> loop_state_from(std::string_view json_text) {
  const auto value = json::parse(json_text, {.max_bytes = kMaxStateBytes, .max_depth = kMaxStateDepth});
  if (!value) return state_invalid(value.error().message);
  if (value->string_or("version", "") != kVersion) return state_invalid("it is of another version");
  LoopState state;
  for (const auto& [name, member] : kFigures) {
    ARGOSY_TRY(state.*member, number_at(*value, name));
  }
  for (const auto& [name, member] : kLaterFigures) state.*member = value->int_or(name, state.*member);
  const auto format = code::edit_format(value->string_or("format", ""));
  const auto *said = value->find("conversation"), *record = value->find("record"), *edits = value->find("edits");
  if (!format || said == nullptr || record == nullptr || edits == nullptr) return state_invalid("parts are missing");
  state.format = *format;
  state.money = value->int_or("money", 0);
  state.last_cost = value->int_or("last_cost", 0);
  state.told_format = code::edit_format(value->string_or("told_format", "")).value_or(state.format);
  state.format_is_settled = value->bool_or("format_is_settled", false);
  state.text_edits_failed = value->bool_or("text_edits_failed", false);
  state.asked_model = value->bool_or("asked_model", false);
  state.summarising = value->bool_or("summarising", false);
  ARGOSY_TRY_VOID(take_conversation(state, *said));
  ARGOSY_TRY(state.record, WorkRecord::from_json(*record));
  ARGOSY_TRY(state.edits, edits_from(*edits));
  ARGOSY_TRY_VOID(take_protected(state, *value));
  for (const auto& one : value->array_or_empty("history")) {
    ARGOSY_TRY(state.history.emplace_back(), happening_from(one));
  }
  return state;
}

}  // namespace argosy::agent
