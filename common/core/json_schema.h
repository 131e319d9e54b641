// Checks JSON against a JSON Schema (draft-04, what RapidJSON 1.1 enforces). Build once, use from any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::json {

struct Violation {
  std::string pointer;  // RFC 6901, of the offending value
  std::string keyword;  // "required", "type", ...
  std::string message;  // one sentence
};

class Schema {
 public:
  // Refuses keywords that RapidJSON would silently ignore (const, if, format, $defs, numeric exclusiveMinimum, \d in patterns, ...).
  static Result<Schema> compile(std::string_view text);
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  // Nothing when `value` is valid. The first violation else.
  std::optional<Violation> check(const Value& value) const;

 private:
  struct Impl;
  explicit Schema(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace argosy::json
