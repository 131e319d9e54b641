#include "common/tasks/agent/criteria.h"

#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

json::Object as_object(const Criterion& one) { return {{"id", one.id}, {"text", one.text}, {"check", one.check}}; }

Criterion read_one(JsonReader& in) { return {.id = in.string("id"), .text = in.string("text"), .check = in.string_or_empty("check")}; }

}  // namespace

json::Value to_json(const std::vector<Criterion>& criteria) {
  json::Array all;
  for (const auto& one : criteria) all.emplace_back(as_object(one));
  return all;
}

json::Value to_json(const std::vector<CheckedCriterion>& criteria) {
  json::Array all;
  for (const auto& one : criteria) {
    auto object = as_object(one.criterion);
    object.append("outcome", one.outcome);
    all.emplace_back(std::move(object));
  }
  return all;
}

std::vector<Criterion> read_criteria(JsonReader& in, std::string_view key) { return read_all<Criterion>(in, key, read_one); }

std::vector<CheckedCriterion> read_checked_criteria(JsonReader& in, std::string_view key) {
  return read_all<CheckedCriterion>(
      in, key, [](JsonReader& one) { return CheckedCriterion{.criterion = read_one(one), .outcome = one.string("outcome")}; });
}

}  // namespace argosy::tasks
