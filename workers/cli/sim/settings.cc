#include "workers/cli/sim/settings.h"

#include <fmt/format.h>

#include "common/core/text.h"
#include "workers/cli/args.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kMost = 1'000'000;  // of any number there

std::unexpected<Error> bad(std::string_view queue, std::string_view what) {
  return fail_user("bad_scaling", fmt::format("{}: {}", queue, what), "infra/k8s/scaling.json is an example that holds");
}

// Numbers of one object, so that each is asked for once and what is wrong is told by its name.
class Numbers {
 public:
  Numbers(std::string_view where, const json::Value& object) : where_(where), object_(object) {}
  template <class Number>
  void take(std::string_view name, Number& into, std::int64_t least) {
    const auto* value = object_.find(name);
    if (value == nullptr || !value->is_int() || value->as_int() < least || value->as_int() > kMost) {
      if (problem_.empty()) problem_ = fmt::format("{} is a number from {} to {}", name, least, kMost);
      return;
    }
    into = static_cast<Number>(value->as_int());
  }
  Result<void> done() const {
    if (!problem_.empty()) return bad(where_, problem_);
    return {};
  }

 private:
  std::string_view where_;
  const json::Value& object_;
  std::string problem_;
};

Result<ScaleRules> rules_from(const std::string& where, const json::Value* object) {
  if (object == nullptr || !object->is_object()) return bad(where, "is missing");
  ScaleRules rules;
  Numbers numbers(where, *object);
  numbers.take("stabilizationWindowSeconds", rules.window_s, 0);
  ARGOSY_TRY_VOID(numbers.done());
  const auto select = object->string_or("selectPolicy", "Max");
  if (select != "Max" && select != "Min" && select != "Disabled") return bad(where, "selectPolicy is Max, Min or Disabled");
  rules.select = select == "Max" ? SelectPolicy::max : select == "Min" ? SelectPolicy::min : SelectPolicy::disabled;
  for (const auto& one : object->array_or_empty("policies")) {
    ScalePolicy policy{.percent = one.string_or("type", "") == "Percent"};
    if (!policy.percent && one.string_or("type", "") != "Pods") return bad(where, "the type of a policy is Percent or Pods");
    Numbers its(where, one);
    its.take("value", policy.value, 1);
    its.take("periodSeconds", policy.period_s, 1);
    ARGOSY_TRY_VOID(its.done());
    rules.policies.push_back(policy);
  }
  if (rules.policies.empty()) return bad(where, "has no policies");
  return rules;
}

Result<ScaleSettings> settings_from(const std::string& queue, const json::Value& object) {
  ScaleSettings out;
  Numbers numbers(queue, object);
  numbers.take("slots", out.slots, 1);
  numbers.take("targetQueryValue", out.target, 1);
  numbers.take("activationTargetQueryValue", out.activation, 0);
  numbers.take("pollingInterval", out.polling_s, 1);
  numbers.take("cooldownPeriod", out.cooldown_s, 0);
  numbers.take("minReplicaCount", out.min_replicas, 0);
  numbers.take("maxReplicaCount", out.max_replicas, 1);
  numbers.take("terminationGracePeriodSeconds", out.grace_s, 1);
  ARGOSY_TRY_VOID(numbers.done());
  if (out.min_replicas > out.max_replicas) return bad(queue, "minReplicaCount is above maxReplicaCount");
  ARGOSY_TRY(out.up, rules_from(queue + ".scaleUp", object.find("scaleUp")));
  ARGOSY_TRY(out.down, rules_from(queue + ".scaleDown", object.find("scaleDown")));
  return out;
}

// The member of an object, or the entry of a list; null when there is none.
json::Value* inside(json::Value& value, std::string_view part) {
  if (value.is_object()) return value.as_object().find(part);
  const auto place = text::to_int(part);
  if (!value.is_array() || !place || *place < 0 || *place >= std::ssize(value.as_array())) return nullptr;
  return &value.as_array()[static_cast<std::size_t>(*place)];
}

}  // namespace

Result<std::map<std::string, ScaleSettings, std::less<>>> scale_settings_from(std::string_view json_text) {
  ARGOSY_TRY(const auto file, json::parse(json_text));
  if (!file.is_object() || file.as_object().empty()) return bad("the settings", "are an object {queue: {...}}");
  std::map<std::string, ScaleSettings, std::less<>> all;
  for (const auto& [queue, object] : file.as_object()) {
    if (!object.is_object()) return bad(queue, "is no object");
    ARGOSY_TRY(all[queue], settings_from(queue, object));
  }
  return all;
}

Result<void> change_setting(json::Value& file, std::string_view change) {
  const auto equals = change.find('=');
  const auto number = equals == std::string_view::npos ? std::nullopt : text::to_int(change.substr(equals + 1));
  if (!number) return usage_error(fmt::format("--set takes NAME=NUMBER, not \"{}\"", change));
  const auto path = text::split(change.substr(0, equals), '.');
  for (const auto& [queue, object] : std::as_const(file).as_object()) {
    auto* place = file.as_object().find(queue);
    for (const auto part : path) place = place == nullptr ? nullptr : inside(*place, part);
    if (place == nullptr || !place->is_int()) return usage_error(fmt::format("{} has no number {}", queue, change.substr(0, equals)));
    *place = *number;
  }
  return {};
}

}  // namespace argosy::cli
