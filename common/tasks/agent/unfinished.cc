#include "common/tasks/agent/unfinished.h"

#include <fmt/format.h>

#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

using json::Object;

// The task ends with it, so it is none that would be tried again.
Category category_from(std::string_view letter) {
  for (const auto category : {Category::needs_user, Category::code_logic, Category::security})
    if (letter == std::string(1, argosy::letter(category))) return category;
  return Category::needs_user;
}

}  // namespace

std::string partial_branch(std::string_view branch, std::int16_t step) { return fmt::format("{}-partial-{}", branch, step); }

std::string to_json_text(const KeepPayload& p) {
  return json::dump(Object{{"base_commit", p.base_commit}, {"branch", p.branch}, {"reason", p.reason}});
}
Result<KeepPayload> keep_payload_from(std::string_view json_text) {
  return read_payload<KeepPayload>(json_text, [](JsonReader& in) {
    return KeepPayload{.base_commit = in.string("base_commit"), .branch = in.string("branch"), .reason = in.string_or_empty("reason")};
  });
}

std::string to_json_text(const GiveUpPayload& p) {
  return json::dump(Object{{"category", std::string(1, letter(p.error.category))},
                           {"code", p.error.code},
                           {"message", p.error.message},
                           {"hint", p.error.hint},
                           {"details", p.error.details},
                           {"goes_on", p.goes_on},
                           {"title", p.title},
                           {"inputs", json::Array(p.inputs.begin(), p.inputs.end())}});
}
Result<GiveUpPayload> give_up_payload_from(std::string_view json_text) {
  return read_payload<GiveUpPayload>(json_text, [](JsonReader& in) {
    GiveUpPayload payload{.error = {.category = category_from(in.string("category")),
                                    .code = in.string("code"),
                                    .message = in.string("message"),
                                    .hint = in.string_or_empty("hint"),
                                    .details = in.string_or_empty("details")},
                          .goes_on = in.string_or_empty("goes_on"),
                          .title = in.string_or_empty("title")};
    for (const auto ordinal : in.integers("inputs")) payload.inputs.push_back(static_cast<std::int16_t>(ordinal));
    return payload;
  });
}

}  // namespace argosy::tasks
