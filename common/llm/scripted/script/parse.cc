#include <fmt/format.h>

#include <algorithm>

#include "common/config/yaml/reading.h"
#include "common/core/file.h"
#include "common/core/text.h"
#include "common/llm/calls/arguments.h"
#include "common/llm/scripted/script/script.h"

namespace argosy::llm {
namespace {

using yaml::fail;
using yaml::Key;
using yaml::list_into;
using yaml::map_of;
using yaml::Node;
using yaml::number_into;
using yaml::Read;
using yaml::text_into;

constexpr std::int64_t kMostTimes = 1'000'000, kMostTokens = 1'000'000'000, kMostMs = 3'600'000, kMostPieces = 100'000;

// Answers hold whole files: longer than a setting, and empty if need be.
Read long_text_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::scalar) return fail(node, fmt::format("{} must be a text", what));
    if (node.text.size() > kMaxScriptText) return fail(node, fmt::format("{} is longer than {} bytes", what, kMaxScriptText));
    target = node.text;
    return {};
  };
}

Read milliseconds_into(std::chrono::milliseconds& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    std::optional<std::int64_t> read;
    ARGOSY_TRY_VOID(number_into<std::int64_t>(read, what, 0, kMostMs)(node));
    target = std::chrono::milliseconds(*read);
    return {};
  };
}

// As YAML reads it: quoted words are texts, whatever they look like.
json::Value json_of(const Node& node) {
  if (node.kind == Node::Kind::null) return {};
  if (node.kind == Node::Kind::list) {
    json::Array made;
    for (const auto& item : node.items) made.push_back(json_of(item));
    return made;
  }
  if (node.kind == Node::Kind::map) {
    json::Object made;
    for (std::size_t i = 0; i < node.keys.size(); ++i) made.append(node.keys[i].text, json_of(node.items[i]));
    return made;
  }
  if (node.is_plain) {
    const auto value = json::parse(node.text);
    if (value && (value->is_bool() || value->is_number())) return *value;
  }
  return node.text;
}

Read arguments_into(ToolCall& call) {
  return [&call](const Node& node) -> Result<void> {
    if (node.kind == Node::Kind::map) {
      call.arguments = json::dump(json_of(node));
      return {};
    }
    std::string text;
    ARGOSY_TRY_VOID(long_text_into(text, "arguments")(node));
    auto read = read_arguments(text, true, kMaxScriptText);
    call.arguments = std::move(read.json);
    call.problem = std::move(read.problem);
    return {};
  };
}

Read calls_into(std::vector<ToolCall>& calls) {
  return [&calls](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::list) return fail(node, "tool_calls must be a list");
    if (node.items.size() > ReaderLimits{}.max_tool_calls)
      return fail(node, fmt::format("tool_calls has more than {} entries", ReaderLimits{}.max_tool_calls));
    for (const auto& item : node.items) {
      ToolCall& call = calls.emplace_back();
      call.arguments = "{}";
      ARGOSY_TRY_VOID(
          map_of("a tool call",
                 {{"name", text_into(call.name, "name")}, {"id", text_into(call.id, "id")}, {"arguments", arguments_into(call)}})(item));
      if (call.name.empty()) return fail(item, "a tool call needs a name");
    }
    return {};
  };
}

Read usage_into(Usage& usage) {
  const auto tokens = [](std::optional<std::int64_t>& target, const char* what) {
    return Key{what, number_into<std::int64_t>(target, what, 0, kMostTokens)};
  };
  return map_of("usage", {tokens(usage.input, "input"), tokens(usage.cached, "cached"), tokens(usage.cache_written, "cache_written"),
                          tokens(usage.output, "output"), tokens(usage.reasoning, "reasoning")});
}

Read answer_into(Rule& rule) {
  return [&rule](const Node& node) -> Result<void> {
    Answer& answer = rule.then.result.answer;
    std::string stop, thinking;
    if (node.kind == Node::Kind::map) {
      const Read usage = [&rule, &answer](const Node& figures) {
        rule.counts_usage = false;
        return usage_into(answer.usage)(figures);
      };
      const auto stops = yaml::choice_into(
          stop, "stop", {"end_turn", "tool_use", "max_tokens", "stop_sequence", "refusal", "content_filter"});  // errors are faults
      ARGOSY_TRY_VOID(map_of("answer", {{"text", long_text_into(answer.text, "text")},
                                        {"thinking", long_text_into(thinking, "thinking")},
                                        {"tool_calls", calls_into(answer.tool_calls)},
                                        {"stop", stops},
                                        {"usage", usage}})(node));
    } else {
      ARGOSY_TRY_VOID(long_text_into(answer.text, "answer")(node));
    }
    if (!thinking.empty()) answer.thinking.push_back({.text = std::move(thinking)});
    const auto usual = answer.tool_calls.empty() ? StopReason::end_turn : StopReason::tool_use;
    answer.stop = stop_reason_from_string(stop).value_or(usual);
    answer.complete = true;
    return {};
  };
}

Read fault_into(std::optional<Fault>& fault) {
  return [&fault](const Node& node) -> Result<void> {
    std::vector<std::string> codes;
    for (const auto& rule : fault_rules()) codes.emplace_back(rule.code);
    std::string code, message = "as the script has it";
    std::optional<std::int64_t> retry_after;
    const auto code_into = yaml::choice_into(code, "fault", std::move(codes));
    if (node.kind != Node::Kind::map) {
      ARGOSY_TRY_VOID(code_into(node));
    } else {
      ARGOSY_TRY_VOID(map_of("fault", {{"code", code_into},
                                       {"message", text_into(message, "message")},
                                       {"retry_after_ms", number_into<std::int64_t>(retry_after, "retry_after_ms", 0, kMostMs)}})(node));
      if (code.empty()) return fail(node, "a fault needs its code");
    }
    fault = make_fault(std::ranges::find(fault_rules(), code, &FaultRule::code)->kind, message);
    if (retry_after) fault->error.retry_after = std::chrono::milliseconds(*retry_after);
    return {};
  };
}

Read regex_into(std::shared_ptr<const json::Schema>& regex) {
  return [&regex](const Node& node) -> Result<void> {
    std::string text;
    ARGOSY_TRY_VOID(text_into(text, "regex")(node));
    if (text.size() > kMaxScriptRegex) return fail(node, fmt::format("regex is longer than {} bytes", kMaxScriptRegex));
    // Repeats in repeats are the one thing that a short pattern can make large.
    for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1))
      if (at == 0 || text[at - 1] != '\\') return fail(node, "regex has no counted repeats; a brace itself is written \\{");
    auto compiled = json::Schema::compile(json::dump(json::Object{{"type", "string"}, {"pattern", text}}));
    if (!compiled) return fail(node, "regex cannot be read; it is one as in JSON Schema, without \\d and the like");
    regex = std::make_shared<const json::Schema>(std::move(*compiled));
    return {};
  };
}

Read when_into(When& when) {
  const Read failed = [&when](const Node& node) { return yaml::flag_into(when.failed.emplace(), "failed")(node); };
  return map_of("when", {{"text", list_into(when.text, "text", text_into)},
                         {"regex", regex_into(when.regex)},
                         {"result", list_into(when.result, "result", text_into)},
                         {"result_of", list_into(when.result_of, "result_of", text_into)},
                         {"failed", failed},
                         {"tools", list_into(when.tools, "tools", text_into)},
                         {"turn", number_into<std::int64_t>(when.turn, "turn", 1, kMostTimes)},
                         {"call", number_into<std::int64_t>(when.call, "call", 1, kMostTimes)},
                         {"kind", text_into(when.kind, "kind")},
                         {"role", text_into(when.role, "role")},
                         {"model", text_into(when.model, "model")}});
}

Result<Rule> rule_from(const Node& node) {
  Rule rule;
  std::optional<std::int64_t> pieces;
  CallResult& result = rule.then.result;
  if (node.kind != Node::Kind::map) return fail(node, "a rule must hold keys and values");
  ARGOSY_TRY_VOID(map_of("a rule", {{"when", when_into(rule.when)},
                                    {"times", number_into<std::int64_t>(rule.times, "times", 1, kMostTimes)},
                                    {"answer", answer_into(rule)},
                                    {"fault", fault_into(result.fault)},
                                    {"delay_ms", milliseconds_into(rule.then.delay, "delay_ms")},
                                    {"pause_ms", milliseconds_into(rule.then.pause, "pause_ms")},
                                    {"pieces", number_into<std::int64_t>(pieces, "pieces", 1, kMostPieces)}})(node));
  if (!result.answer.complete && !result.fault) return fail(node, "a rule needs an answer or a fault");
  result.may_be_billed = !result.fault || rule_of(result.fault->kind).may_be_billed;
  if (result.fault) {
    result.answer.complete = false;
    result.answer.stop = StopReason::error;
    rule.counts_usage = rule.counts_usage && result.may_be_billed;
  }
  rule.then.pieces = static_cast<std::size_t>(pieces.value_or(1));
  return rule;
}

}  // namespace

Result<std::vector<Rule>> parse_script(std::string_view bytes, std::string_view name) {
  std::vector<Rule> rules;
  const Read rules_into = [&rules](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::list || node.items.empty()) return fail(node, "rules must be a list of at least one");
    if (node.items.size() > kMaxScriptRules) return fail(node, fmt::format("rules has more than {} entries", kMaxScriptRules));
    for (const auto& item : node.items) {
      ARGOSY_TRY(rules.emplace_back(), rule_from(item));
    }
    return {};
  };
  const Read root = [&](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::map || node.keys.empty()) return fail(node, "the file must hold rules");
    return map_of("the file", {{"rules", rules_into}})(node);
  };
  const auto done = yaml::read(bytes, {kMaxScriptBytes, kMaxScriptDepth, kMaxScriptNodes}, root);
  if (!done) return std::unexpected(yaml::in_file(done.error(), name, "script_invalid", "correct the script that ARGOSY_MODEL names"));
  return rules;
}

Result<std::shared_ptr<Script>> load_script(const std::string& path) {
  const auto bytes = read_file(path, kMaxScriptBytes);
  if (!bytes)
    return fail_user("script_unreadable", bytes.error().message, "ARGOSY_MODEL=script:FILE names a file that this process can read");
  ARGOSY_TRY(auto rules, parse_script(*bytes, path));
  return std::make_shared<Script>(path, std::move(rules));
}

}  // namespace argosy::llm
