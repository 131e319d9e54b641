#include "common/tasks/testing/fix_round.h"

#include <algorithm>
#include <utility>

#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

json::Value list(const std::vector<std::string>& strings) { return json::Array(strings.begin(), strings.end()); }

}  // namespace

json::Value to_json(const std::vector<FailedGate>& gates) {
  json::Array array;
  for (const auto& one : gates)
    array.push_back(json::Object{{"gate", one.gate},
                                 {"code", one.code},
                                 {"text", one.text},
                                 {"hint", one.hint},
                                 {"details", one.details},
                                 {"failing", list(one.failing)},
                                 {"times", one.times}});
  return array;
}

json::Value to_json(const std::vector<AcceptedGate>& gates) {
  json::Array array;
  for (const auto& one : gates)
    array.push_back(
        json::Object{{"gate", one.gate}, {"code", one.code}, {"text", one.text}, {"by", one.by}, {"failing", list(one.failing)}});
  return array;
}

json::Value to_json(const std::vector<GateTimes>& gates) {
  json::Array array;
  for (const auto& one : gates) array.push_back(json::Object{{"gate", one.gate}, {"times", one.times}});
  return array;
}

std::vector<FailedGate> read_failed_gates(JsonReader& in, std::string_view key) {
  return read_all<FailedGate>(in, key, [](JsonReader& one) {
    return FailedGate{.gate = one.string("gate"),
                      .code = one.string("code"),
                      .text = one.string("text"),
                      .hint = one.string_or_empty("hint"),
                      .details = one.string_or_empty("details"),
                      .failing = one.strings("failing"),
                      .times = one.integer("times")};
  });
}

std::vector<AcceptedGate> read_accepted_gates(JsonReader& in, std::string_view key) {
  return read_all<AcceptedGate>(in, key, [](JsonReader& one) {
    return AcceptedGate{.gate = one.string("gate"),
                        .text = one.string("text"),
                        .by = one.string("by"),
                        .failing = one.strings("failing"),
                        .code = one.string_or_empty("code")};
  });
}

std::vector<GateTimes> read_gate_times(JsonReader& in, std::string_view key) {
  return read_all<GateTimes>(in, key, [](JsonReader& one) { return GateTimes{.gate = one.string("gate"), .times = one.integer("times")}; });
}

std::vector<GateTimes> counted(std::vector<GateTimes> before, std::vector<FailedGate>& now) {
  for (auto& gate : now) {
    auto known = std::ranges::find(before, gate.gate, &GateTimes::gate);
    if (known == before.end()) known = before.insert(known, {.gate = gate.gate});
    gate.times = ++known->times;
  }
  return before;
}

std::string to_json_text(const FixPayload& p) {
  json::Object object{{"base_commit", p.base_commit},  {"round", p.round},          {"max_rounds", p.max_rounds},
                      {"test_step", int{p.test_step}}, {"gates", to_json(p.gates)}, {"report", p.report}};
  if (!p.write_set.empty()) object.append("write_set", list(p.write_set));
  if (!p.state.empty()) object.append("state", p.state);
  if (p.ran) object.append("ran", true);
  return json::dump(std::move(object));
}

Result<FixPayload> fix_payload_from(std::string_view json_text) {
  return read_payload<FixPayload>(json_text, [](JsonReader& in) {
    FixPayload payload{.base_commit = in.string("base_commit"),
                       .round = in.integer("round"),
                       .max_rounds = in.integer("max_rounds"),
                       .test_step = static_cast<std::int16_t>(in.integer("test_step")),
                       .gates = read_failed_gates(in, "gates"),
                       .report = in.string_or_empty("report"),
                       .write_set = in.strings("write_set"),
                       .state = in.string_or_empty("state"),
                       .ran = in.boolean("ran")};
    if (payload.gates.empty()) in.fail("gates", "names no gate");
    return payload;
  });
}

}  // namespace argosy::tasks
