#include "common/core/error.h"

#include <fmt/format.h>

namespace argosy {
namespace {

std::unexpected<Error> fail(Category category, std::string code, std::string message, std::string hint) {
  return std::unexpected(Error{.category = category, .code = std::move(code), .message = std::move(message), .hint = std::move(hint)});
}

}  // namespace

char letter(Category category) { return static_cast<char>('A' + static_cast<int>(category)); }

std::optional<Category> category_from_letter(char letter) {
  if (letter < 'A' || letter > 'D') return std::nullopt;
  return static_cast<Category>(letter - 'A');
}

std::unexpected<Error> fail_transient(std::string code, std::string message, std::string hint) {
  return fail(Category::transient, std::move(code), std::move(message), std::move(hint));
}
std::unexpected<Error> fail_user(std::string code, std::string message, std::string hint) {
  return fail(Category::needs_user, std::move(code), std::move(message), std::move(hint));
}
std::unexpected<Error> fail_code(std::string code, std::string message, std::string hint) {
  return fail(Category::code_logic, std::move(code), std::move(message), std::move(hint));
}
std::unexpected<Error> fail_security(std::string code, std::string message, std::string hint) {
  return fail(Category::security, std::move(code), std::move(message), std::move(hint));
}

std::string to_string(const Error& error) {
  return error.hint.empty() ? fmt::format("{}: {}", error.code, error.message)
                            : fmt::format("{}: {} ({})", error.code, error.message, error.hint);
}

}  // namespace argosy
