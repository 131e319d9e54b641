// RapidJSON's reader drives a builder that keeps the rules which the reader does not: depth, duplicate keys, U+0000, lone surrogates.
#include <fmt/format.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>

#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::json {
namespace {

std::unexpected<Error> refuse(std::string_view code, std::string_view what, std::size_t offset) {
  return fail_user(std::string(code), fmt::format("{} at byte {}", what, offset));
}

// Receives the reader's events. A false answer stops the reader; `code` and `what` then say why.
class Builder {
 public:
  explicit Builder(std::size_t max_depth) : max_depth_(max_depth) {}

  bool Null() { return put(Value()); }
  bool Bool(bool value) { return put(Value(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view number(text, length);
    if (number.find_first_of(".eE") == std::string_view::npos) {
      if (const auto whole = text::to_int(number)) return put(Value(*whole));
    }
    double value = 0;
    if (std::from_chars(text, text + length, value).ec != std::errc{}) return stop("json_malformed", "a number out of range ends");
    return put(Value(value));
  }
  // The reader is told to hand numbers over as text: these are never called.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view string(text, length);
    return is_clean(string) && put(Value(string));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view key(text, length);
    if (!is_clean(key)) return false;
    open_.back().key = key;
    return true;
  }
  bool StartObject() { return open(Value(Object())); }
  bool StartArray() { return open(Value(Array())); }
  bool EndObject(rapidjson::SizeType) { return has_unique_keys(open_.back().value.as_object()) && close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  std::string_view code, what;
  Value root;

 private:
  struct Frame {
    Value value;
    std::string key;  // of an object: where the next value goes
  };

  bool stop(std::string_view why_code, std::string_view why) {
    code = why_code;
    what = why;
    return false;
  }

  bool is_clean(std::string_view string) {
    if (string.find('\0') != std::string_view::npos) return stop("json_nul_character", "a string with U+0000 ends");
    if (!text::is_utf8(string)) return stop("json_invalid_utf8", "a string with a lone surrogate ends");
    return true;
  }

  // Sorting costs n log n whatever the keys are, and needs no copies of them.
  bool has_unique_keys(const Object& object) {
    std::vector<std::string_view> keys;
    keys.reserve(object.size());
    for (const Member& member : object) keys.push_back(member.key);
    std::ranges::sort(keys);
    return std::ranges::adjacent_find(keys) == keys.end() || stop("json_duplicate_key", "an object that has a key twice ends");
  }

  bool open(Value container) {
    if (open_.size() == max_depth_) return stop("json_too_deep", fmt_depth());
    open_.push_back(Frame{std::move(container), {}});
    return true;
  }

  std::string_view fmt_depth() {
    depth_text_ = fmt::format("more than {} levels of nesting", max_depth_);
    return depth_text_;
  }

  bool close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(done));
  }

  bool put(Value value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (Frame& top = open_.back(); top.value.is_array()) {
      top.value.as_array().push_back(std::move(value));
    } else {
      top.value.as_object().append(std::move(top.key), std::move(value));
    }
    return true;
  }

  std::size_t max_depth_;
  std::string depth_text_;
  std::vector<Frame> open_;
};

std::string_view describe(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "no JSON text";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "more text after the JSON value";
    case rapidjson::kParseErrorObjectMissName:
      return "a member's name is missing";
    case rapidjson::kParseErrorObjectMissColon:
      return "a colon is missing after a member's name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or } is missing";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or ] is missing";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "a string has no end";
    case rapidjson::kParseErrorStringEscapeInvalid:
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "an escape in a string is not valid";
    case rapidjson::kParseErrorNumberTooBig:
    case rapidjson::kParseErrorNumberMissFraction:
    case rapidjson::kParseErrorNumberMissExponent:
      return "a number is not valid";
    default:
      return "not a JSON value";
  }
}

}  // namespace

Result<Value> parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return fail_user("json_too_large", fmt::format("the JSON text has {} bytes, {} are allowed", text.size(), limits.max_bytes));
  }
  // The stream below takes NUL for the end of the text.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) return refuse("json_nul_character", "a NUL byte", nul);

  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder(limits.max_depth);
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!result.IsError()) return std::move(builder.root);

  if (!builder.code.empty()) return refuse(builder.code, builder.what, std::min(stream.Tell(), text.size()));
  switch (result.Code()) {
    case rapidjson::kParseErrorStringInvalidEncoding:
      return refuse("json_invalid_utf8", "invalid UTF-8", result.Offset());
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return refuse("json_invalid_utf8", "a lone surrogate", result.Offset());
    default:
      return refuse("json_malformed", describe(result.Code()), result.Offset());
  }
}

}  // namespace argosy::json
