#include "common/store/queries/views.h"

namespace argosy::store {

std::optional<Error> error_from(std::string_view category, std::string code, std::string message, std::string hint, std::string details) {
  if (category.empty()) return std::nullopt;
  return Error{.category = category_from_letter(category.front()).value_or(Category::transient),
               .code = std::move(code),
               .message = std::move(message),
               .hint = std::move(hint),
               .details = std::move(details)};
}

std::optional<Error> error_from(const json::Value& value) {
  return error_from(value.string_or("category", ""), value.string_or("code", ""), value.string_or("message", ""),
                    value.string_or("hint", ""), value.string_or("details", ""));
}

AttemptView attempt_from(const json::Value& value) {
  return {.attempt = static_cast<std::int16_t>(value.int_or("attempt", 0)),
          .started_at = value.int_or("started_at", 0),
          .finished_at = value.int_or("finished_at", 0),
          .outcome = value.string_or("outcome", ""),
          .error = error_from(value)};
}

}  // namespace argosy::store
