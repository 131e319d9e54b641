// Expected failures, everywhere in Argosy: a fallible function returns Result<T>. Exceptions stop at the adapter that met them; bugs
// are asserts. The category alone decides what happens next (retry, ask the user, fix the code, stop the task). Pure, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace argosy {

enum class Category : std::uint8_t {
  transient,   // A: the same call may succeed later
  needs_user,  // B: only the user's correction helps
  code_logic,  // C: the change itself is wrong (red tests)
  security,    // D: stop the task
};

struct Error {
  Category category = Category::transient;
  std::string code;                                        // stable, snake_case, for programs: "symbol_not_found"
  std::string message;                                     // one sentence for people, without secrets
  std::string hint;                                        // what to do next; may be empty
  std::optional<std::chrono::milliseconds> retry_after{};  // what the other side asked for, if it did
  std::string details{};                                   // JSON text for programs (places, files), or empty
};

template <class T>
using Result = std::expected<T, Error>;

// `A`..`D`, as the API and the store show it.
char letter(Category category);
std::optional<Category> category_from_letter(char letter);

// Short ways to make the four kinds: `return fail_user("symbol_not_found", "...", "...")`.
std::unexpected<Error> fail_transient(std::string code, std::string message, std::string hint = {});
std::unexpected<Error> fail_user(std::string code, std::string message, std::string hint = {});
std::unexpected<Error> fail_code(std::string code, std::string message, std::string hint = {});
std::unexpected<Error> fail_security(std::string code, std::string message, std::string hint = {});

// "code: message (hint)", for logs and the command line.
std::string to_string(const Error& error);

}  // namespace argosy

// Returns the error of a Result-valued expression from the calling function, else yields nothing: ARGOSY_TRY_VOID(write(x));
#define ARGOSY_TRY_VOID(expression)                                                                            \
  do {                                                                                                         \
    if (auto argosy_try_ = (expression); !argosy_try_) return std::unexpected(std::move(argosy_try_.error())); \
  } while (0)

// Declares `name` with the value of a Result-valued expression, or returns its error: ARGOSY_TRY(const auto text, read(path));
#define ARGOSY_TRY(name, expression) ARGOSY_TRY_IMPL_(name, expression, __LINE__)
#define ARGOSY_TRY_IMPL_(name, expression, line) ARGOSY_TRY_IMPL2_(name, expression, line)
#define ARGOSY_TRY_IMPL2_(name, expression, line)                                       \
  auto argosy_try_##line = (expression);                                                \
  if (!argosy_try_##line) return std::unexpected(std::move(argosy_try_##line.error())); \
  name = std::move(*argosy_try_##line)
