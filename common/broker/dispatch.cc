#include "common/broker/dispatch.h"

#include <array>
#include <charconv>

#include "common/core/json.h"

namespace argosy::broker {
namespace {

constexpr std::size_t kUuidChars = 36;
constexpr std::size_t kMaxTraceparent = 128;  // version 00 has 55 characters; later versions may add some
constexpr std::int64_t kVersion = 1;

// Reads exactly the JSON that the wire form allows: fixed member order, no escapes, white space only where JSON allows it. Everything
// else is malformed, which keeps the reader small and its time linear.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool literal(std::string_view token) {
    skip_space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::optional<std::string_view> text(std::size_t max) {
    if (!literal("\"")) return std::nullopt;
    const auto end = rest_.find('"');
    if (end == std::string_view::npos || end > max) return std::nullopt;
    const auto value = rest_.substr(0, end);
    for (const char c : value) {
      if (c == '\\' || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) return std::nullopt;
    }
    rest_.remove_prefix(end + 1);
    return value;
  }

  std::optional<std::int64_t> integer() {
    skip_space();
    const bool leading_zero = rest_.size() > 1 && rest_[0] == '0' && rest_[1] >= '0' && rest_[1] <= '9';
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || leading_zero || value < 0) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  bool at_end() {
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n' || rest_.front() == '\t' || rest_.front() == '\r')) {
      rest_.remove_prefix(1);
    }
  }
  std::string_view rest_;
};

std::unexpected<Error> malformed(std::string_view what) {
  return fail_user("dispatch_malformed", "a dispatch message does not parse: " + std::string(what));
}

std::optional<StepRef> read_step(Reader& in) {
  if (!in.literal("[")) return std::nullopt;
  const auto id = in.text(kUuidChars);
  const auto task = id ? TaskId::parse(*id) : std::nullopt;
  if (!task || !in.literal(",")) return std::nullopt;
  const auto ordinal = in.integer();
  if (!ordinal || *ordinal > INT16_MAX || !in.literal("]")) return std::nullopt;
  return StepRef{*task, static_cast<std::int16_t>(*ordinal)};
}

}  // namespace

std::string encode(const Dispatch& dispatch) {
  std::string out;
  out.reserve(64 + dispatch.traceparent.size() + dispatch.steps.size() * 48);
  out += R"({"v":1,"traceparent":)";
  out += json::quote(dispatch.traceparent);
  out += R"(,"steps":[)";
  for (const auto& step : dispatch.steps) {
    if (out.back() == ']') out += ',';
    out += "[\"";
    out += step.task.to_string();
    out += "\",";
    out += std::to_string(step.ordinal);
    out += ']';
  }
  out += "]}";
  return out;
}

Result<Dispatch> decode_dispatch(std::string_view body) {
  // The widest legal message: every step with white space around each of its five tokens is still far below this.
  constexpr std::size_t kMaxBody = 256 + kMaxTraceparent + kMaxStepsPerDispatch * 128;
  if (body.size() > kMaxBody) return fail_user("dispatch_too_large", "a dispatch message has " + std::to_string(body.size()) + " bytes");
  Reader in(body);
  if (!in.literal("{") || !in.literal("\"v\"") || !in.literal(":")) return malformed("no version");
  const auto version = in.integer();
  if (!version) return malformed("no version");
  if (*version != kVersion) {
    return fail_user("dispatch_unknown_version", "a dispatch message has version " + std::to_string(*version), "upgrade the workers first");
  }
  Dispatch dispatch;
  if (!in.literal(",") || !in.literal("\"traceparent\"") || !in.literal(":")) return malformed("no traceparent");
  const auto traceparent = in.text(kMaxTraceparent);
  if (!traceparent) return malformed("bad traceparent");
  dispatch.traceparent = *traceparent;
  if (!in.literal(",") || !in.literal("\"steps\"") || !in.literal(":") || !in.literal("[")) return malformed("no steps");
  do {
    if (dispatch.steps.size() == kMaxStepsPerDispatch) return fail_user("dispatch_too_large", "a dispatch message names too many steps");
    const auto step = read_step(in);
    if (!step) return malformed("bad step");
    dispatch.steps.push_back(*step);
  } while (in.literal(","));
  if (!in.literal("]") || !in.literal("}") || !in.at_end()) return malformed("bad end");
  return dispatch;
}

}  // namespace argosy::broker
